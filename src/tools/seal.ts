/** SEAL: the three methods of the published section. */
import { z } from 'zod';
import { invokeSeal } from './actions/invoke-seal.js';
import { action, op } from './define.js';
import { around, listOf, record, textOf } from './results.js';
import { object, text } from './shapes.js';

export const seal = {
  attest_seal: op({
    title: 'Attest SEAL',
    description:
      'Obtains a SEAL security token for a public key that you hold. The result is a credential for about an hour; this server attests by itself for its own calls.',
    toolset: 'seal',
    adapted:
      'The bearer is sent, which the live server demands and the published client lacks (D48); aliases of public_key are taken (D49).',
    effect: 'write',
    classes: ['secret'],
    wrapper: 'payload',
    aliases: { agent_public_key: 'public_key', public_key_pem: 'public_key' },
    input: () => ({
      public_key: text('Ed25519 public key: base64 of 32 bytes, of the SPKI DER, or PEM.').min(1),
      security_context: text(
        'Security context to attest for, for example aegis-system-operator. Current servers require it.',
      ).optional(),
      agent_id: text('UUID of the agent; together with execution_id.').optional(),
      execution_id: text('UUID of the execution; together with agent_id.').optional(),
      container_id: text(
        'Container of the workload; it must be running. Leave out where there is none.',
      ).optional(),
      workload_id: text('Name of the workload, for the record.').optional(),
      tenant_id: text('Tenant to act for; operators and service accounts only.').optional(),
      task_summary: text('What the session is for, at most 256 bytes.').optional(),
    }),
    output: () =>
      z.looseObject({
        security_token: z.string(),
        expires_at: z.string().nullish(),
        session_id: z.string().nullish(),
      }),
    live: { operation: 'attestSeal', route: 'POST /v1/seal/attest', body: (args) => ({ json: args }) },
    result: (body) => ({ ...record(body), security_token: textOf(record(body), 'security_token') }),
  }),

  invoke_seal: action({
    title: 'Invoke SEAL tool',
    description:
      'Calls a SEAL tool. Give name and arguments and this server signs with its own session, or give a complete signed envelope. Policy of the security context applies.',
    toolset: 'seal',
    adapted:
      'The raw tool result is read (D50); /v1/invoke is tried where /v1/seal/invoke is not routed (D51). In calls signed here roles and user_id of aegis.workflow.promote and demote are left out, a waiting tool is called for ten seconds at a time, and a started workflow answers with the id of its run.',
    effect: 'destructive',
    wrapper: 'envelope',
    untrusted: true,
    input: () => ({
      name: text('SEAL tool to call, for example aegis.agent.list.').optional(),
      arguments: object('Arguments of the SEAL tool. Default {}.').optional(),
      protocol: text('Envelope: seal/v1.').optional(),
      security_token: text('Envelope: token of the attestation.').optional(),
      signature: text('Envelope: Ed25519 signature, base64.').optional(),
      payload: object('Envelope: the JSON-RPC tools/call object that was signed.').optional(),
      timestamp: text('Envelope: RFC 3339 time of signing, at most 30 seconds ago.').optional(),
    }),
    output: () => z.looseObject({ result: z.unknown() }),
    live: {
      operation: 'invokeSeal',
      route: 'POST /v1/seal/invoke',
      auth: 'none',
      body: ({ protocol, security_token, signature, payload, timestamp }) => ({
        json: { protocol, security_token, signature, payload, timestamp },
      }),
    },
    documented: {
      operation: 'invokeSealAlias',
      route: 'POST /v1/invoke',
      auth: 'none',
      body: ({ protocol, security_token, signature, payload, timestamp }) => ({
        json: { protocol, security_token, signature, payload, timestamp },
      }),
    },
    run: async (call) => ({ value: { result: await invokeSeal(call) } }),
  }),

  list_seal_tools: op({
    title: 'List SEAL tools',
    description:
      'Lists the SEAL tools that a security context may call, with their schemas; without a context, all of them.',
    toolset: 'seal',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({ security_context: text('Security context to filter by.').optional() }),
    output: () =>
      z.looseObject({
        protocol: z.string(),
        attestation_endpoint: z.string().nullish(),
        invoke_endpoint: z.string().nullish(),
        security_context: z.string().nullish(),
        tools: z.array(z.looseObject({ name: z.string() })),
      }),
    live: {
      operation: 'listSealTools',
      route: 'GET /v1/seal/tools',
      query: ['security_context'],
      auth: 'none',
    },
    result: (body) => {
      const tools = listOf('tools', body, (tool) => ({ ...tool, name: textOf(tool, 'name') }));
      return { ...around('tools', body), protocol: textOf(record(body), 'protocol'), tools };
    },
  }),
};
