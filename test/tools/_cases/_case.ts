/** One literal case of a tool: what is asked of the server, what it answers, what the tool gives. */
import type { Answer, Asked } from '../_orchestrator.js';

export interface Case {
  readonly tool: string;
  readonly dialect: 'live' | 'documented';
  readonly args: Readonly<Record<string, unknown>>;
  readonly asked: readonly Asked[];
  readonly answers: readonly Answer[];
  /** Members that the result has (others may pass through). */
  readonly result: Readonly<Record<string, unknown>>;
  /** Headers that the first request must carry, besides credential and tenant. */
  readonly headers?: Readonly<Record<string, string>>;
}
