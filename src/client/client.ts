/** The HTTP client of one AEGIS server. */
import { AegisError } from '../errors.js';
import { readBody } from './body.js';
import { Call, type Wire } from './call.js';
import { createClockSkew } from './clock-skew.js';
import { type Deadline, startDeadline } from './deadline.js';
import { borrowDispatcher, createLazyDispatcher } from './dispatcher.js';
import type { RawResponse } from './exchange.js';
import { type HttpClientOptions, resolveSettings } from './options.js';
import { isSource } from './source.js';
import { parseEvents } from './sse.js';
import type {
  HttpClient,
  OpenResponse,
  RequestOptions,
  SseEvent,
  WireRequest,
  WireResponse,
} from './types.js';
import { readBaseUrl } from './url.js';

/**
 * Makes a client. Nothing is connected, and undici is not loaded, before the first request. Redirects are never
 * followed. Throws `invalid_configuration` for an unusable base URL.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const base = readBaseUrl(options.baseUrl);
  const settings = resolveSettings(options);
  const dispatcher =
    options.dispatcher === undefined
      ? createLazyDispatcher(settings.timeouts.connectMs, options.proxy)
      : borrowDispatcher(options.dispatcher);
  const wire: Wire = { base, settings, dispatcher, skew: createClockSkew() };
  return {
    baseUrl: base.href,
    send: (request, call) => send(wire, request, call),
    open: (request, call) => open(wire, request, call),
    stream: (request, call) => stream(wire, request, call),
    clockSkewMs: () => wire.skew.current(),
    close: () => dispatcher.close(),
  };
}

async function send(wire: Wire, request: WireRequest, options: RequestOptions): Promise<WireResponse> {
  const { timeouts, maxBytes } = wire.settings;
  const deadline = startDeadline(options.signal, limitOf(timeouts.totalMs, request, options));
  if (isSource(request.body?.data)) deadline.lift();
  try {
    const call = requestCall(wire, request, deadline, options);
    const { status, headers, body } = await call.open();
    const bytes = await readBody(body, maxBytes, request.method).catch((error) => {
      throw call.failure(error);
    });
    return { status, headers, bytes };
  } finally {
    deadline.stop();
  }
}

function requestCall(wire: Wire, request: WireRequest, deadline: Deadline, options: RequestOptions): Call {
  const { timeouts } = wire.settings;
  return new Call(wire, request, {
    deadline,
    accept: 'application/json',
    headersMs: limitOf(timeouts.headersMs, request, options),
    bodyIdleMs: limitOf(timeouts.bodyIdleMs, request, options),
  });
}

function limitOf(configuredMs: number, { leastMs = 0 }: WireRequest, { timeoutMs }: RequestOptions): number {
  return timeoutMs ?? Math.max(configuredMs, leastMs);
}

async function open(wire: Wire, request: WireRequest, options: RequestOptions): Promise<OpenResponse> {
  const { totalMs } = wire.settings.timeouts;
  const deadline = startDeadline(options.signal, limitOf(totalMs, request, options));
  const call = requestCall(wire, request, deadline, options);
  try {
    const { status, headers, body } = await call.open();
    deadline.lift();
    return { status, headers, body: readPieces(body, call, deadline) };
  } catch (error) {
    deadline.stop();
    throw error;
  }
}

async function* readPieces(
  body: AsyncIterable<Uint8Array>,
  call: Call,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw call.failure(error);
  } finally {
    deadline.stop();
  }
}

/** The time limit covers the opening; after that only silence is limited. */
async function* stream(
  wire: Wire,
  request: WireRequest,
  options: RequestOptions,
): AsyncGenerator<SseEvent, void, undefined> {
  const { timeouts } = wire.settings;
  const headersMs = options.timeoutMs ?? timeouts.headersMs;
  const deadline = startDeadline(options.signal, headersMs);
  try {
    const bodyIdleMs = timeouts.streamIdleMs;
    yield* readEvents(
      new Call(wire, request, { deadline, accept: 'text/event-stream', headersMs, bodyIdleMs }),
      deadline,
    );
  } finally {
    deadline.stop();
  }
}

async function* readEvents(call: Call, deadline: Deadline): AsyncGenerator<SseEvent, void, undefined> {
  try {
    const response = await call.open();
    deadline.lift();
    await checkEventStream(response);
    yield* parseEvents(response.body);
  } catch (error) {
    if (deadline.ended() !== 'cancelled') throw call.failure(error);
  }
}

async function checkEventStream({ headers, body }: RawResponse): Promise<void> {
  const type = headers['content-type'] ?? '';
  if (/^text\/event-stream\s*(;|$)/i.test(type)) return;
  await body.cancel();
  throw new AegisError(
    'bad_response',
    `The server answered with ${type || 'no content type'} instead of events.`,
    {
      next: 'Check that the base URL is that of an AEGIS server and that no proxy answers in its place.',
    },
  );
}
