import { type Reply, ReplyError } from './kernel.js';

type Headers = Readonly<Record<string, string>>;

/** A JSON answer; `undefined` members are left out, as `JSON.stringify` does. */
export function json(value: unknown, status = 200, headers: Headers = {}): Reply {
  return { status, json: value, headers };
}

/** A `text/plain; charset=utf-8` answer: what the framework's own refusals look like. */
export function text(status: number, body: string, headers: Headers = {}): Reply {
  return { status, text: body, headers };
}

/** An answer without body. */
export function empty(status: number, headers: Headers = {}): Reply {
  return { status, empty: true, headers };
}

/** The orchestrator's default JSON failure: `{error}` with free text. */
export function errorReply(status: number, message: string): Reply {
  return json({ error: message }, status);
}

/** Stops the handler with a framework text (400, 413, 415, 422). */
export function refuseText(status: number, body: string): never {
  throw new ReplyError(text(status, body));
}

/** Stops the handler with `{error}`. */
export function refuse(status: number, message: string): never {
  throw new ReplyError(errorReply(status, message));
}
