/** `POST /v1/explorer`: one upstream call, of which only the selected parts come back (operation gatewayExploreApi). */
import { z } from 'zod';
import { json, refuse } from '../replies.js';
import { DecodeError, decodeWith } from '../request.js';
import { anyJson, strings } from '../shapes.js';
import { jsonBody } from './body.js';
import { resolveToken } from './credentials.js';
import { JsonPathError, selectAll } from './jsonpath/index.js';
import type { GatewayRoute } from './kernel.js';
import { invalid, missing } from './refusals.js';
import { findOperation } from './specs/operations.js';
import type { Specs } from './specs/specs.js';
import { withinLimit } from './time-limit.js';
import { callUpstream, type UpstreamAnswer, type UpstreamCall, UpstreamFault } from './upstream.js';
import { operationUrl } from './url.js';
import { readUuid } from './uuid.js';

const shape = decodeWith(
  z.object({
    execution_id: z.string(),
    api_spec_id: z.string(),
    operation_id: z.string(),
    parameters: anyJson,
    fields: strings,
    include_hateoas_hints: z.boolean(),
  }),
);

type ExplorerRequest = ReturnType<typeof shape>;

/** Unlike a workflow's, the spec id is typed: no UUID is a wrong shape. */
function decode(value: unknown): ExplorerRequest {
  const request = shape(value);
  const id = readUuid(request.api_spec_id);
  if (id === undefined) throw new DecodeError('api_spec_id: UUID parsing failed');
  return { ...request, api_spec_id: id };
}

/** The route. The paths are read after the call was made, so an invalid one is 400 all the same. */
export function explorerRoutes(specs: Specs): readonly GatewayRoute[] {
  return [
    {
      method: 'POST',
      path: '/v1/explorer',
      name: 'explore_api',
      content: 'json',
      handler: async (request) => {
        const asked = jsonBody(request, decode);
        const spec = specs.get(asked.api_spec_id, request.tenant) ?? missing('api spec not found');
        const operation = findOperation(spec, asked.operation_id) ?? missing('operation not found');
        const token = resolveToken(spec.credential_path, undefined);
        const call = { method: operation.method, url: operationUrl(spec, operation.path), token };
        const answer = await explore({ ...call, body: { json: asked.parameters } }, request.signal);
        return json({
          sliced_data: withinLimit(() => sliceAll(asked.fields, answer.body)),
          hints: asked.include_hateoas_hints ? { related_operations: Object.keys(spec.operations) } : null,
          operation_metadata: { status: answer.status },
        });
      },
    },
  ];
}

async function explore(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
  try {
    return await callUpstream(call, signal);
  } catch (error) {
    if (error instanceof UpstreamFault) return refuse(500, error.message);
    throw error;
  }
}

function sliceAll(fields: readonly string[], body: unknown): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(fields.map((field) => [field, slice(field, body)]));
}

function slice(field: string, body: unknown): readonly unknown[] {
  try {
    return selectAll(field, body);
  } catch (error) {
    if (error instanceof JsonPathError) return invalid(`invalid JSONPath '${field}': ${error.message}`);
    throw error;
  }
}
