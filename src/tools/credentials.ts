/** Credential Management: API keys of providers, OAuth and device flows, grants. */
import { z } from 'zod';
import { addGrant, publishedTargetOf, targetOf } from './actions/add-grant.js';
import { answered } from './actions/advice.js';
import {
  CHANGE_ADVICE,
  OAUTH_CALLBACK_ADVICE,
  OAUTH_INITIATE_ADVICE,
} from './actions/credential-refusals.js';
import {
  credential,
  grant,
  toCredential,
  toGrant,
  unwrapCredential,
  withoutSecrets,
} from './actions/credential-views.js';
import { devicePoll, devicePollResult } from './actions/device-poll.js';
import { rotateCredential } from './actions/rotate-credential.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, idOf, listOf, record, textOf, without } from './results.js';
import { flag, id, text } from './shapes.js';

const credentialId = () => id('UUID of the credential, from list_credentials.');
const provider = () => text('Provider: openai, anthropic, github, google, or a name of your own.').min(1);

export const credentials = {
  list_credentials: op({
    title: 'List credentials',
    description:
      "Lists the caller's stored credentials with their grants, oldest first; never a secret value. Consumers and tenant users only.",
    toolset: 'credentials',
    effect: 'read',
    untrusted: true,
    adapted:
      'Spellings of the live server (open_a_i, git_hub, o_auth2, pending_o_auth, {custom}) become those that requests take; grants are flat; places in the vault are dropped.',
    input: () => ({}),
    output: () => z.looseObject({ credentials: z.array(credential()) }),
    live: { operation: 'listCredentials', route: 'GET /v1/credentials' },
    result: (body) => ({
      ...around('credentials', body),
      credentials: listOf('credentials', body, toCredential),
    }),
  }),

  get_credential: op({
    title: 'Get credential',
    description:
      'Gets one credential by id: provider, label, scope, status and grants; never the secret value. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'read',
    untrusted: true,
    adapted:
      'The live server wraps the record in {credential} and spells provider, type and status as in list_credentials; here it is flat.',
    input: () => ({ credential_id: credentialId() }),
    output: credential,
    live: { operation: 'getCredential', route: 'GET /v1/credentials/{credential_id}' },
    result: unwrapCredential,
  }),

  store_api_key_credential: op({
    title: 'Store API key credential',
    description:
      "Stores a provider's API key or another secret in the vault and returns its id. The value cannot be read back; grant it to agents with add_grant. Consumers and tenant users only.",
    toolset: 'credentials',
    effect: 'write',
    classes: ['secret'],
    sensitive: true,
    secrets: ['api_key'],
    wrapper: 'payload',
    aliases: { label: 'name', value: 'api_key', api_key_value: 'api_key' },
    adapted:
      'Published {name, provider, api_key} is sent to the live server as {label, provider, value, credential_type, scope}.',
    input: () => ({
      name: text('Label, for example github-token.').min(1),
      provider: provider(),
      api_key: text('The secret itself; stored, never shown again.').min(1),
      credential_type: z
        .enum(['secret', 'variable', 'service_account', 'oauth2'])
        .describe('What the value is. Default secret.')
        .optional(),
      scope: z
        .string()
        .regex(/^(personal|team:[0-9a-fA-F-]{36})$/)
        .describe('Whose it is: personal, or team:<team UUID>. Default personal.')
        .optional(),
    }),
    output: credential,
    live: {
      operation: 'storeApiKeyCredential',
      route: 'POST /v1/credentials/api-keys',
      body: ({ name, provider, api_key, credential_type, scope }) => ({
        json: {
          provider,
          label: name,
          value: api_key,
          credential_type: credential_type ?? 'secret',
          scope: scope ?? 'personal',
        },
      }),
    },
    documented: {
      operation: 'storeApiKeyCredential',
      route: 'POST /v1/credentials/api-keys',
      // Said there too: a server that knows them must not store a team's credential for one person.
      body: ({ name, provider, api_key, credential_type, scope }) => ({
        json: { name, provider, api_key, credential_type, scope },
      }),
      refusesWhole: true,
    },
    result: (body) => toCredential(record(body)),
  }),

  revoke_credential: action({
    title: 'Revoke credential',
    description:
      'Deletes a credential for good: its stored value and all its grants. Agents that use it fail from then on. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    input: () => ({ credential_id: credentialId() }),
    output: acknowledged,
    live: { operation: 'revokeCredential', route: 'DELETE /v1/credentials/{credential_id}' },
    run: answered(CHANGE_ADVICE, (body, { credential_id }) =>
      acknowledge('revoked', body, { credential_id }),
    ),
  }),

  rotate_credential: action({
    title: 'Rotate credential',
    description:
      'Replaces the secret of a credential by the value given; the old one is gone, and on an OAuth credential its tokens too. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'destructive',
    classes: ['secret', 'irreversible'],
    sensitive: true,
    secrets: ['value'],
    wrapper: 'payload',
    aliases: { new_value: 'value' },
    adapted:
      'The published method takes no value and the SDK calls it new_value; the live server wants {value}. Both names are sent, so that no server replaces the secret by one of its own.',
    input: () => ({
      credential_id: credentialId(),
      value: text(
        'The new secret, made at the provider. Always give it: only a server that makes secrets itself can do without.',
      )
        .min(1)
        .optional(),
    }),
    output: acknowledged,
    live: {
      operation: 'rotateCredential',
      route: 'POST /v1/credentials/{credential_id}/rotate',
      body: ({ value }) => ({ json: { value, new_value: value } }),
    },
    run: async (call) => {
      const body = await rotateCredential(call);
      const { credential_id } = call.args;
      // A published server answers with the credential, whose own status is no acknowledgement.
      const { status: _status, ...told } = toCredential({ ...record(body), id: credential_id });
      return { value: { ...told, credential_id, status: 'rotated' } };
    },
  }),

  oauth_initiate: action({
    title: 'OAuth: initiate',
    description:
      'Starts an OAuth flow for a credential and returns the URL where the user authorizes. URL and state are secrets: give the URL to that user only. Finish with oauth_callback within 10 minutes. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'write',
    classes: ['secret'],
    sensitive: true,
    wrapper: 'payload',
    adapted:
      'The live server requires redirect_uri and ignores scopes; auth_url and state_token of the SDK become authorization_url and state.',
    input: () => ({
      provider: provider(),
      redirect_uri: text(
        'Where the provider sends the user; exactly an entry of the allowlist of the provider. That page passes state and code on to oauth_callback.',
      ).min(1),
      scopes: z
        .array(z.string())
        .describe('OAuth scopes to ask for. The server may ignore them for those it has configured.')
        .optional(),
    }),
    output: () => z.looseObject({ authorization_url: z.string(), state: z.string().nullish() }),
    live: {
      operation: 'oauthInitiate',
      route: 'POST /v1/credentials/oauth/initiate',
      body: ({ provider, redirect_uri, scopes }) => ({ json: { provider, redirect_uri, scopes } }),
    },
    run: answered(OAUTH_INITIATE_ADVICE, (body) => {
      const { auth_url, state_token, ...rest } = record(body);
      const state = rest.state ?? state_token;
      const told = { ...rest, authorization_url: rest.authorization_url ?? auth_url };
      return {
        ...told,
        authorization_url: textOf(told, 'authorization_url'),
        ...(typeof state === 'string' && { state }),
      };
    }),
  }),

  oauth_callback: action({
    title: 'OAuth: callback',
    description:
      'Finishes an OAuth flow with the state and code that the provider sent to the redirect URI; the credential becomes active. Both work once.',
    toolset: 'credentials',
    effect: 'write',
    classes: ['secret'],
    sensitive: true,
    secrets: ['state', 'code'],
    wrapper: 'params',
    adapted:
      'The live server answers {id, status}, the SDK {credential_id, stored}; both become {id, status}.',
    input: () => ({
      state: text('state of the redirect, as oauth_initiate returned it.').min(1),
      code: text('code of the redirect. A user who refused sends none: then there is nothing to finish.').min(
        1,
      ),
    }),
    output: () => z.looseObject({ id: z.string(), status: z.string() }),
    live: {
      operation: 'oauthCallback',
      route: 'GET /v1/credentials/oauth/callback',
      query: ['state', 'code'],
      once: true,
    },
    run: answered(OAUTH_CALLBACK_ADVICE, (body) => {
      const { credential_id: _id, stored: _stored, ...rest } = withoutSecrets(record(body));
      return { ...acknowledge('active', rest, {}), id: idOf('credential_id', record(body)) };
    }),
  }),

  device_poll: action({
    title: 'Poll device authorization',
    description:
      'Asks whether the user has completed a device authorization; pending is a result, not an error. With max_seconds it keeps asking. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'write',
    classes: ['secret'],
    sensitive: true,
    secrets: ['device_code'],
    wrapper: 'payload',
    adapted:
      'complete and binding_id of the live server become approved and credential_id. It answers pending for unknown codes too, for ever.',
    input: () => ({
      device_code: text('Code of the device flow.').min(1),
      provider: provider(),
      max_seconds: z
        .int()
        .min(0)
        .max(900)
        .describe(
          'Keep asking for this many seconds, at the interval the server gives (else 5 s). Default 0: once.',
        )
        .optional(),
    }),
    output: devicePollResult,
    live: {
      operation: 'devicePoll',
      route: 'POST /v1/credentials/oauth/device/poll',
      body: ({ device_code, provider }) => ({ json: { device_code, provider } }),
    },
    run: async (call) => ({ value: await devicePoll(call) }),
  }),

  list_grants: op({
    title: 'List grants',
    description:
      'Lists who may use a credential: agents, workflows or all agents. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'read',
    adapted:
      'The live server gives {id, binding_id, target: {kind, …}}; here {grant_id, credential_id, target_type, agent_id or workflow_id}.',
    input: () => ({ credential_id: credentialId() }),
    output: () => z.looseObject({ grants: z.array(grant()) }),
    live: { operation: 'listGrants', route: 'GET /v1/credentials/{credential_id}/grants' },
    result: (body) => ({ ...around('grants', body), grants: listOf('grants', body, toGrant) }),
  }),

  add_grant: action({
    title: 'Add grant',
    description:
      'Lets one agent, one workflow or all agents use a credential. Give exactly one target. Neither duplicates nor ids that do not exist are noticed. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'write',
    sensitive: true,
    wrapper: 'payload',
    adapted:
      'Published {agent_id?, workflow_name?, permission_type} and {target_type, target_value} of the live server are sent together; a workflow name is looked up, for the live server wants the id.',
    input: () => ({
      credential_id: credentialId(),
      agent_id: text('UUID of the agent that may use it.').min(1).optional(),
      workflow_name: text('Name of the workflow that may use it.').min(1).optional(),
      workflow_id: text('UUID of the workflow, instead of its name.').min(1).optional(),
      all_agents: flag('true lets every agent use it. Default false.'),
      permission_type: text('Kind of permission. Default use. The server may ignore it.').optional(),
      target_type: z
        .enum(['agent', 'workflow', 'all_agents'])
        .describe('Another way to name the target: its kind, with target_value.')
        .optional(),
      target_value: text('UUID of the agent or workflow that target_type speaks of.').min(1).optional(),
    }),
    output: grant,
    live: {
      operation: 'addGrant',
      route: 'POST /v1/credentials/{credential_id}/grants',
      body: (args) => ({ json: { ...targetOf(args), ...publishedTargetOf(args) } }),
    },
    reads: [workflowByName()],
    run: async (call) => {
      const { credential_id } = call.args;
      const { told, target } = await addGrant(call, workflowByName());
      return { value: { ...target, ...toGrant(told), credential_id } };
    },
  }),

  revoke_grant: action({
    title: 'Revoke grant',
    description:
      'Takes one grant back: that agent or workflow can no longer use the credential. Consumers and tenant users only.',
    toolset: 'credentials',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    input: () => ({ credential_id: credentialId(), grant_id: id('UUID of the grant, from list_grants.') }),
    output: acknowledged,
    live: {
      operation: 'revokeGrant',
      route: 'DELETE /v1/credentials/{credential_id}/grants/{grant_id}',
    },
    run: answered(CHANGE_ADVICE, (body, { credential_id, grant_id }) =>
      acknowledge('revoked', without(record(body), 'id'), { credential_id, grant_id }),
    ),
  }),
};

function workflowByName() {
  return { operation: 'getWorkflow', route: 'GET /v1/workflows/{name}' } as const;
}
