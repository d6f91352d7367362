import type { AgentManifest } from './agent-manifest.js';

/** What labels `sandbox.aegis/*` of a manifest make the scripted runner do. */
export interface Script {
  /** `fail: "<reason>"`: every iteration fails with this message. */
  readonly fail: string | undefined;
  /** `iterations: "n"`: validation passes at the n-th iteration only. */
  readonly iterations: number | undefined;
  /** `delay-ms: "n"`: how long the agent works in each iteration. */
  readonly delayMs: number;
  /** `hang: "true"`: works until cancelled or out of time. */
  readonly hang: boolean;
  /** `output: "<text>"`: the output, instead of one made from the task. */
  readonly output: string | undefined;
  /** `timeout: "true"`: runs into its overall time limit in the first iteration. */
  readonly timeout: boolean;
  /** `abort-stream-after: "n"`: the first live stream of the run breaks off after n events. */
  readonly abortStreamAfter: number | undefined;
  /** `file: "path=content"`: a workspace file the agent writes. */
  readonly file: { readonly path: string; readonly content: string } | undefined;
}

const PREFIX = 'sandbox.aegis/';

/** Reads the labels; a number that is none counts as absent. */
export function readScript(manifest: AgentManifest): Script {
  const label = (name: string): string | undefined => manifest.metadata.labels[`${PREFIX}${name}`];
  return {
    fail: label('fail'),
    iterations: toCount(label('iterations')),
    delayMs: toCount(label('delay-ms')) ?? 0,
    hang: label('hang') === 'true',
    output: label('output'),
    timeout: label('timeout') === 'true',
    abortStreamAfter: toCount(label('abort-stream-after')),
    file: toFile(label('file')),
  };
}

function toCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function toFile(text: string | undefined): Script['file'] {
  const mark = text?.indexOf('=') ?? -1;
  return text === undefined || mark < 1
    ? undefined
    : { path: text.slice(0, mark), content: text.slice(mark + 1) };
}
