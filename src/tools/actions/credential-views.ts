/**
 * Credentials and grants as published. The live server spells its enums otherwise on output than on input
 * (`open_a_i`, `git_hub`, `o_auth2`, `{custom: "x"}`), wraps targets and scopes, and names places in the vault.
 */
import { z } from 'zod';
import { isObject } from '../../client/json-object.js';
import type { AnyArgs } from '../define.js';
import { idOf, record, shapeError, without } from '../results.js';

export const credential = () =>
  z.looseObject({
    id: z.string(),
    provider: z.string().nullish(),
    label: z.string().nullish(),
    credential_type: z.string().nullish(),
    scope: z.string().nullish(),
    status: z.string().nullish(),
    grants: z.array(grant()).nullish(),
    created_at: z.string().nullish(),
  });

export const grant = () =>
  z.looseObject({
    grant_id: z.string().nullish(),
    credential_id: z.string().nullish(),
    target_type: z.string().nullish(),
    agent_id: z.string().nullish(),
    workflow_id: z.string().nullish(),
    workflow_name: z.string().nullish(),
  });

/** Members that hold or locate a secret, whatever server sent them. */
const SECRET_MEMBERS = [
  'secret_path',
  'value',
  'api_key',
  'api_key_value',
  'access_token',
  'refresh_token',
  'id_token',
];

/** The answer without what holds or locates a secret. */
export const withoutSecrets = (value: AnyArgs): AnyArgs => without(value, ...SECRET_MEMBERS);

const SPELLINGS: Readonly<Record<string, string>> = {
  open_a_i: 'openai',
  git_hub: 'github',
  o_auth2: 'oauth2',
  pending_o_auth: 'pending_oauth',
};

/** CredentialBinding, or the published `{id, provider, …}`. */
export function toCredential(value: AnyArgs) {
  const { grants, metadata, ...rest } = withoutSecrets(value);
  const told = {
    ...rest,
    id: idOf('credential_id', value),
    provider: providerOf(value.provider),
    scope: scopeOf(value.scope),
    credential_type: spelled(value.credential_type),
    status: spelled(value.status),
    ...(metadata !== undefined && { metadata }),
    ...(isObject(metadata) && typeof metadata.label === 'string' && { label: metadata.label }),
    ...(Array.isArray(grants) && { grants: grants.map((each: unknown) => toGrant(record(each))) }),
  };
  return { ...told, id: told.id };
}

/** CredentialGrant, or the published `{credential_id, agent_id?, workflow_name?, permission_type}`. */
export function toGrant(value: AnyArgs): z.input<ReturnType<typeof grant>> {
  const target = isObject(value.target) ? value.target : {};
  const { kind, ...named } = target;
  const id = value.grant_id ?? value.id;
  const credential = value.credential_id ?? value.binding_id;
  return {
    ...without(value, 'id', 'binding_id', 'target'),
    ...(typeof id === 'string' && { grant_id: id }),
    ...(typeof credential === 'string' && { credential_id: credential }),
    ...(typeof kind === 'string' && { target_type: kind }),
    ...named,
  };
}

/** A text of the server's in the spelling that requests take. */
function spelled(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return SPELLINGS[value] ?? value;
}

function providerOf(value: unknown): string | undefined {
  return isObject(value) && typeof value.custom === 'string' ? value.custom : spelled(value);
}

/** `personal`, or `{team: {team_id}}` as `team:<id>`. */
function scopeOf(value: unknown): string | undefined {
  const team = isObject(value) ? value.team : undefined;
  return isObject(team) && typeof team.team_id === 'string' ? `team:${team.team_id}` : spelled(value);
}

/** `{credential: …}` or the credential itself. */
export function unwrapCredential(body: unknown) {
  const { credential: wrapped } = record(body);
  if (wrapped !== undefined && !isObject(wrapped)) throw shapeError('an object with credential');
  return toCredential(wrapped ?? record(body));
}
