/** From a wire and parsed arguments to one request. */
import type { WireBody, WireRequest } from '../client/types.js';
import type { Means } from './context.js';
import type { AnyArgs, AnyWire, Body, Headers } from './define.js';
import { fillRoute } from './path.js';

/** The request of one wire for these arguments. Throws `invalid_arguments` for an unusable path argument. */
export async function buildRequest(wire: AnyWire, args: AnyArgs, means: Means): Promise<WireRequest> {
  const query = queryOf(wire, args);
  const headers = given((await wire.headers?.(args, means)) ?? {});
  const body = wire.body === undefined ? undefined : encodeBody(await wire.body(args, means));
  return {
    ...fillRoute(wire.route, args),
    ...(query.length > 0 && { query }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(body !== undefined && { body }),
    ...(wire.auth !== undefined && { auth: wire.auth }),
    ...(wire.once !== undefined && { once: wire.once }),
    ...(wire.leastSeconds !== undefined && { leastMs: wire.leastSeconds * 1_000 }),
  };
}

function queryOf(wire: AnyWire, args: AnyArgs): [string, string][] {
  const named = (wire.query ?? [])
    .filter((name) => args[name] !== undefined)
    .map((name): [string, string] => [name, String(args[name])]);
  return [...Object.entries(wire.fixed ?? {}), ...named];
}

function given(headers: Headers): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** JSON drops undefined members, so optional arguments that were not given are not sent. */
function encodeBody(body: Body): WireBody {
  if ('yaml' in body) return { type: 'text/yaml', data: body.yaml };
  if ('text' in body) return { type: body.type, data: body.text };
  if ('source' in body) return { type: body.type, data: body.source };
  return { type: 'application/json', data: JSON.stringify(body.json) };
}
