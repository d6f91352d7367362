/** SEAL gateway: the explorer's single call, and the signed call of a tool. */
import { z } from 'zod';
import { answered } from '../actions/advice.js';
import { toExplored, toInvoked } from '../actions/gateway-calls.js';
import { EXPLORER_ADVICE, INVOKE_ADVICE } from '../actions/gateway-refusals.js';
import { invokeSigned } from '../actions/invoke-seal.js';
import { type AnyArgs, action } from '../define.js';
import { anyJson, flag, object, text } from '../shapes.js';
import { specId } from './shapes.js';

const envelopeBody = (args: AnyArgs) => {
  const { protocol, security_token, signature, payload, timestamp, container_id } = args;
  return { json: { protocol, security_token, signature, payload, timestamp, container_id } };
};

const sendEnvelope = answered(INVOKE_ADVICE, toInvoked);

export const gatewayCalls = {
  gateway_explore_api: action({
    title: 'Gateway: explore API',
    description:
      'Makes one real call of a registered API, with its credential, and returns only what the JSONPaths select. An operation that writes does write. Path and query parameters cannot be filled. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    sensitive: true,
    untrusted: true,
    adapted:
      'execution_id, parameters and include_hateoas_hints, which the real server demands, have defaults.',
    limits:
      'parameters is the JSON body for every method; {x} in a path stays literal. Upstream must answer with JSON within 15 seconds.',
    input: () => ({
      api_spec_id: specId(),
      operation_id: text('operationId of the spec, from gateway_get_spec.').min(1),
      fields: z
        .array(z.string().regex(/^\$/, { error: 'is no JSONPath: it begins with $' }))
        .min(1)
        .describe('JSONPaths into the answer, for example ["$.items[*].name"]; ["$"] gives all of it.'),
      parameters: anyJson('JSON body of the call, whatever its method. Default {}.').optional(),
      include_hateoas_hints: flag('Also name the other operations of the spec. Default false.'),
      execution_id: text('Label for the audit log. Default aegis-mcp.').optional(),
    }),
    output: () =>
      z.looseObject({
        sliced_data: z.record(z.string(), z.unknown()),
        operation_metadata: z.looseObject({ status: z.int() }),
      }),
    live: {
      operation: 'gatewayExploreApi',
      route: 'POST /v1/explorer',
      body: ({ execution_id = 'aegis-mcp', parameters = {}, include_hateoas_hints = false, ...args }) => ({
        json: { execution_id, parameters, include_hateoas_hints, ...args },
      }),
    },
    run: answered(EXPLORER_ADVICE, toExplored),
  }),

  gateway_invoke: action({
    title: 'Gateway: invoke',
    description:
      'Calls a tool of the gateway: give name and arguments and this server signs with a session of its own, or give a complete signed envelope. No operator token is used for the call. Unlike invoke_seal, the timestamp is in Unix seconds.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['secret'],
    untrusted: true,
    secrets: ['security_token'],
    wrapper: 'envelope',
    adapted: 'Both published routes run the same; /v1/seal/invoke is tried where /v1/invoke is not routed.',
    limits:
      'A security token serves one call in about a minute; of its own calls this server keeps several sessions.',
    input: () => ({
      name: text('Tool to call, from gateway_list_tools.').min(1).optional(),
      arguments: object('Arguments of the tool. Default {}.').optional(),
      protocol: z.literal('seal/v1').describe('Envelope: seal/v1.').optional(),
      security_token: text('Envelope: token of the attestation, a JWT with jti and tenant_id.')
        .min(1)
        .optional(),
      signature: text(
        'Envelope: Ed25519 signature, base64, of {"payload":…,"security_token":…,"timestamp":…} in that order as UTF-8 JSON without blanks, payload with its members sorted by name.',
      )
        .min(1)
        .optional(),
      payload: object(
        'Envelope: the JSON-RPC tools/call object that was signed, {method, params: {name, arguments}}. Sent in the order given.',
      ).optional(),
      timestamp: z
        .int({ error: 'is not in whole Unix seconds; the gateway takes no RFC 3339 text' })
        .min(0)
        .max(9_999_999_999, { error: 'is in milliseconds; the gateway counts in seconds' })
        .describe('Envelope: when it was signed, Unix seconds; at most 30 seconds ago.')
        .optional(),
      container_id: text('Envelope: not signed, and ignored by the gateway.').optional(),
    }),
    output: () => z.looseObject({ result: z.unknown() }),
    live: { operation: 'gatewayInvoke', route: 'POST /v1/invoke', auth: 'none', body: envelopeBody },
    documented: {
      operation: 'gatewaySealInvoke',
      route: 'POST /v1/seal/invoke',
      auth: 'none',
      body: envelopeBody,
    },
    run: async (call) => {
      const signed = await invokeSigned(call, { as: 'gateway_invoke', server: 'gateway' });
      return signed === undefined ? await sendEnvelope(call) : { value: signed };
    },
  }),
};
