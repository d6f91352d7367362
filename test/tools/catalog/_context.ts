/** A context whose signed calls are recorded and answered from a script. */
import type { HttpClient, WireRequest } from '../../../src/client/types.js';
import type { Context, ProgressUpdate, SealInvokeOptions } from '../../../src/tools/context.js';
import { createDialectMemory } from '../../../src/tools/dialects.js';
import { NO_MEANS } from '../_means.js';

interface Invoked extends SealInvokeOptions {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

type Answer = (invoked: Invoked) => unknown;

interface Setting {
  readonly tenant?: string;
  /** SEAL tools that the context lists. */
  readonly listed?: readonly string[];
  readonly signal?: AbortSignal;
  /** JSON of every REST answer. */
  readonly rest?: unknown;
}

export function recordingContext(answer: Answer, { tenant, listed = [], signal, rest }: Setting = {}) {
  const invoked: Invoked[] = [];
  const asked: WireRequest[] = [];
  const progress: ProgressUpdate[] = [];
  const none = () => Promise.reject(new Error('not used'));
  const http: HttpClient = {
    baseUrl: 'http://127.0.0.1:1',
    send: async (request) => {
      asked.push(request);
      return { status: 200, headers: {}, bytes: new TextEncoder().encode(JSON.stringify(rest)) };
    },
    open: none,
    stream: () => {
      throw new Error('not used');
    },
    clockSkewMs: () => undefined,
    close: async () => undefined,
  };
  const context: Context = {
    ...NO_MEANS,
    upstream: () => ({ http, dialects: createDialectMemory('live') }),
    tenant,
    signal: signal ?? new AbortController().signal,
    progress: (update) => void progress.push(update),
    carry: none,
    sealInvoke: async (tool, args, options) => {
      const call = { tool, args, ...options };
      invoked.push(call);
      return await answer(call);
    },
    requestSeconds: 60,
    recorded: [],
    sealLists: async (tool) => listed.includes(tool),
    receipts: none,
    about: none,
  };
  return { context, invoked, asked, progress };
}
