/** Workflow manifests on their way to the server. */
import { isObject } from '../../client/json-object.js';
import type { AnyArgs } from '../define.js';
import { API_VERSION } from '../manifest/common-fields.js';
import { checkWorkflowManifest } from '../manifest/workflow.js';
import { manifestToYaml, readManifest } from '../manifest/yaml.js';
import { record, textOf } from '../results.js';
import { refuse } from './deploy.js';

interface RegisterArguments {
  readonly payload?: unknown;
  readonly force?: boolean | undefined;
  readonly scope?: string | undefined;
  readonly allow_unknown?: boolean | undefined;
}

interface Registrable {
  /** The manifest text that the live server takes (D30). */
  readonly yaml: string;
  /** The published `{name, definition}`. */
  readonly documented: { readonly name: string; readonly definition: AnyArgs };
}

/** The manifest to register, checked. Throws `invalid_manifest`; nothing is sent. */
export async function registrable(args: RegisterArguments): Promise<Registrable> {
  const definition = await unwrapDefinition(await readManifest(args.payload));
  refuse('workflow', checkWorkflowManifest(definition, { allowUnknown: args.allow_unknown ?? false }));
  const name = textOf(record(definition.metadata), 'name');
  return { yaml: await manifestToYaml(definition), documented: { name, definition } };
}

/** `{name, definition}`: the definition is a manifest, or only its spec. */
async function unwrapDefinition(payload: AnyArgs): Promise<AnyArgs> {
  if (payload.definition === undefined || 'apiVersion' in payload) return payload;
  const definition = await readManifest(payload.definition);
  if ('apiVersion' in definition) return definition;
  const spec = isObject(definition.spec) ? definition.spec : definition;
  return { apiVersion: API_VERSION, kind: 'Workflow', metadata: { name: payload.name }, spec };
}

/** RegisteredWorkflow; the published SDK type says `id` for `workflow_id` (D30). */
export function toRegistered(
  body: unknown,
): AnyArgs & { name: string; status: string; workflow_id: string | null } {
  const answer = record(body);
  const id = answer.workflow_id ?? answer.id;
  const status = typeof answer.status === 'string' ? answer.status : 'registered';
  return { ...answer, name: textOf(answer, 'name'), status, workflow_id: typeof id === 'string' ? id : null };
}
