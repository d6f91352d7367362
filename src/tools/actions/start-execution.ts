/** Starting an execution as a signed call. */
import { isObject } from '../../client/json-object.js';
import type { AnyArgs, SealTwin } from '../define.js';

interface StartArguments {
  readonly agent_id: string;
  readonly input?: unknown;
  readonly intent?: string | undefined;
  readonly context_overrides?: AnyArgs | undefined;
  readonly version?: string | undefined;
}

/**
 * `aegis.task.execute`. Nearly the same: it always runs under aegis-system-agent-runtime, takes an object as input and
 * checks that alone against the input schema, knows no overrides, and a version only with an agent's name.
 */
export const startThroughSeal: SealTwin<StartArguments> = {
  isLastResort: true,
  tool: () => 'aegis.task.execute',
  arguments({ agent_id, input, intent, context_overrides, version }) {
    if (context_overrides !== undefined || version !== undefined) return undefined;
    const given = input === undefined || input === null || isObject(input) ? input : { input };
    return { agent_id, ...(given != null && { input: given }), ...(intent !== undefined && { intent }) };
  },
  body: (value) => value,
};
