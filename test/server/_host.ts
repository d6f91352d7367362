/** A tool host with a few tools whose behaviour tests can rely on. */
import { AegisError } from '../../src/errors.js';
import type { EventLog } from '../../src/server/event-log.js';
import type { CallOptions, CallOutcome, ListedTool, LiveTools, ToolHost } from '../../src/server/host.js';

export const silentLog: EventLog = { debug: () => {}, warn: () => {}, error: () => {} };

type Run = (args: Record<string, unknown>, options: CallOptions) => Promise<CallOutcome> | CallOutcome;

const ok = (structured: Record<string, unknown>): CallOutcome => ({
  isError: false,
  text: JSON.stringify(structured),
  structured,
});

const RUNS: Record<string, Run> = {
  echo: (args) => ok(args),
  fail: () => ({ isError: true, text: 'not_found: no such agent', structured: { hidden: true } }),
  throw: () => {
    throw new Error('boom');
  },
  picture: () => ({
    ...ok({}),
    blob: { uri: 'aegis://volume/p.png', mimeType: 'image/png', base64: 'iVBORw0KGgo=' },
  }),
  archive: () => ({
    ...ok({}),
    blob: { uri: 'aegis://volume/a.zip', mimeType: 'application/zip', base64: 'UEsDBA==' },
  }),
  /** Progress 1, 2, 2, 1, 3, and once more after its result. */
  count: async (_args, { progress }) => {
    for (const value of [1, 2, 2, 1, 3]) progress({ progress: value, total: 3, message: `step ${value}` });
    setTimeout(() => progress({ progress: 4, message: 'late' }), 0);
    return ok({ counted: 3 });
  },
};

export class FakeHost implements ToolHost {
  readonly instructions = 'Use echo to hear yourself.';
  readonly #onEvent: (event: string) => void;

  /** `onEvent` hears `started wait`, `aborted wait: <reason>` and `ended sleep`. */
  constructor(onEvent: (event: string) => void = () => {}) {
    this.#onEvent = onEvent;
  }

  list(): readonly ListedTool[] {
    return LIST;
  }

  async call(name: string, args: unknown, options: CallOptions): Promise<CallOutcome> {
    if (name === 'wait') return this.#wait(options);
    if (name === 'sleep') return this.#sleep(Number(Object(args).ms));
    const run = RUNS[name];
    if (run === undefined) throw unknownTool(name);
    return run(Object(args), options);
  }

  /** Runs for its time, whatever its signal says. */
  async #sleep(ms: number): Promise<CallOutcome> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#onEvent('ended sleep');
    return ok({ slept: ms });
  }

  /** Runs until its signal fires, sending one progress update. */
  #wait({ signal, progress }: CallOptions): Promise<CallOutcome> {
    this.#onEvent('started wait');
    progress({ progress: 1, message: 'waiting' });
    return new Promise((resolve) => {
      const end = (): void => {
        this.#onEvent(`aborted wait: ${signal.reason.name}: ${signal.reason.message}`);
        resolve({ isError: true, text: `cancelled: ${signal.reason.message}` });
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
  }
}

function unknownTool(name: string): AegisError {
  return new AegisError('unknown_tool', `There is no tool "${name}".`, { next: 'Did you mean echo?' });
}

function fakeTool(name: string): ListedTool {
  return {
    name,
    title: `Tool ${name}`,
    description: `Does ${name}.`,
    inputSchema: { type: 'object', properties: {} },
    outputSchema: { type: 'object' },
    annotations: {
      title: `Tool ${name}`,
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  };
}

const LIST = [...Object.keys(RUNS), 'sleep', 'wait'].map(fakeTool);

/** A host that lists one more tool for every change there was. */
export class ChangingHost extends FakeHost {
  readonly #changes: string[] = [];
  readonly #watchers = new Set<() => void>();

  readonly live: LiveTools = {
    maxAgeMs: 7_000,
    list: async () => this.#changes.map((name) => fakeTool(name)),
    watch: (changed) => {
      this.#watchers.add(changed);
      return () => void this.#watchers.delete(changed);
    },
  };

  /** How many watch. */
  get watching(): number {
    return this.#watchers.size;
  }

  change(name: string): void {
    this.#changes.push(name);
    for (const changed of this.#watchers) changed();
  }
}
