/** How the gateway finds the credential of an upstream: the published form `{kind, …}` and the real, tagged one. */
import { isObject } from '../../client/json-object.js';
import type { AnyArgs } from '../define.js';
import { badArgument } from './gateway-refusals.js';

/** Real name of each variant, with its members; all are texts. */
const VARIANTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['StaticRef', ['key']],
  ['SystemJit', ['openbao_engine_path', 'role']],
  ['HumanDelegated', ['target_service']],
  ['Auto', ['system_jit_openbao_engine_path', 'system_jit_role', 'target_service']],
  ['UserBound', ['provider']],
]);

/** Published kinds are named as the variants are, but for this one. */
const STATIC = 'Static';

const FORMS =
  'Give {"kind":"Static","key":"path in the vault"}, or kind SystemJit (openbao_engine_path, role), HumanDelegated (target_service), Auto (system_jit_openbao_engine_path, system_jit_role, target_service) or UserBound (provider).';

interface Path {
  readonly variant: string;
  readonly members: AnyArgs;
}

/** `{"StaticRef":{"key":…}}`. Throws `invalid_arguments` that names argument and member. */
export function realCredential(tool: string, name: string, given: AnyArgs): AnyArgs {
  const { variant, members } = read(tool, name, given);
  return { [variant]: members };
}

/** `{"kind":"Static","key":…}`. Throws as {@link realCredential} does. */
export function kindCredential(tool: string, name: string, given: AnyArgs): AnyArgs {
  const { variant, members } = read(tool, name, given);
  return { kind: kindOf(variant), ...members };
}

/** A credential path in an answer as published; one of an unknown form stays as it is. */
export function publishedCredential(value: unknown): unknown {
  const path = isObject(value) ? split(value) : undefined;
  return path !== undefined && VARIANTS.has(path.variant)
    ? { kind: kindOf(path.variant), ...path.members }
    : value;
}

function read(tool: string, name: string, given: AnyArgs): Path {
  const path = split(given);
  const expected = path === undefined ? undefined : VARIANTS.get(path.variant);
  if (path === undefined || expected === undefined)
    throw badArgument(tool, `${name}: is no credential path of a known kind`, FORMS);
  const missing = expected.filter((member) => !isText(path.members[member]));
  if (missing.length > 0)
    throw badArgument(tool, `${name}: ${path.variant} lacks ${missing.join(', ')} (text)`, FORMS);
  const foreign = Object.keys(path.members).filter((member) => !expected.includes(member));
  if (foreign.length === 0) return path;
  throw badArgument(tool, `${name}: ${path.variant} has no ${foreign.join(', ')}`, FORMS);
}

/** Either form, taken apart; undefined for anything else. */
function split(given: AnyArgs): Path | undefined {
  const { kind, ...members } = given;
  if (typeof kind === 'string') return { variant: variantOf(kind), members };
  const [entry, ...others] = Object.entries(given);
  if (entry === undefined || others.length > 0 || !isObject(entry[1])) return undefined;
  return { variant: variantOf(entry[0]), members: entry[1] };
}

const variantOf = (kind: string): string => (kind === STATIC ? 'StaticRef' : kind);

const kindOf = (variant: string): string => (variant === 'StaticRef' ? STATIC : variant);

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
