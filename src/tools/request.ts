/** From a wire and parsed arguments to one request. */
import type { WireBody, WireRequest } from '../client/types.js';
import type { AnyArgs, AnyWire, Body } from './define.js';
import { fillRoute } from './path.js';

/** The request of one wire for these arguments. Throws `invalid_arguments` for an unusable path argument. */
export async function buildRequest(wire: AnyWire, args: AnyArgs): Promise<WireRequest> {
  const query = queryOf(wire, args);
  const body = wire.body === undefined ? undefined : encodeBody(await wire.body(args));
  return {
    ...fillRoute(wire.route, args),
    ...(query.length > 0 && { query }),
    ...(body !== undefined && { body }),
    ...(wire.auth !== undefined && { auth: wire.auth }),
  };
}

function queryOf(wire: AnyWire, args: AnyArgs): [string, string][] {
  const named = (wire.query ?? [])
    .filter((name) => args[name] !== undefined)
    .map((name): [string, string] => [name, String(args[name])]);
  return [...Object.entries(wire.fixed ?? {}), ...named];
}

/** JSON drops undefined members, so optional arguments that were not given are not sent. */
function encodeBody(body: Body): WireBody {
  if ('yaml' in body) return { type: 'text/yaml', data: body.yaml };
  return { type: 'application/json', data: JSON.stringify(body.json) };
}
