/** Security contexts of the gateway: how published patterns of domains become what the gateway compares. */
import { isObject } from '../../client/json-object.js';
import type { AnyArgs } from '../define.js';
import { textOf } from '../results.js';
import { badArgument } from './gateway-refusals.js';

const TOOL = 'gateway_upsert_security_context';

export interface Capability {
  readonly tool_pattern: string;
  readonly domain_allowlist?: readonly string[] | undefined;
}

/**
 * The capabilities as either kind of gateway reads them. The real one compares the end of the host name with each
 * entry as plain text, so the published `*.x.org` never matches there; `.x.org` beside it admits the same hosts, and
 * means nothing to a gateway of the published kind. Throws `invalid_arguments`.
 */
export function sentCapabilities<C extends Capability>(capabilities: readonly C[]): C[] {
  return capabilities.map((capability, index) => {
    const place = `capabilities.${index}.domain_allowlist`;
    const domains = capability.domain_allowlist?.flatMap((domain) => entriesOf(place, domain));
    return domains === undefined ? capability : { ...capability, domain_allowlist: [...new Set(domains)] };
  });
}

function entriesOf(place: string, given: string): string[] {
  const domain = given.toLowerCase();
  const suffix = domain.replace(WILDCARD, '');
  if (/^\.?[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u.test(suffix)) return [...new Set([suffix, domain])];
  throw badArgument(
    TOOL,
    `${place}: ${JSON.stringify(given)} is neither a host name nor *. and a host name`,
    'Give names such as "*.example.org", without scheme, port and path; leave domain_allowlist out to admit every host.',
  );
}

const WILDCARD = /^\*(?=\.)/;

/** What the caller should know of how the gateway understands the domains. */
export function domainNotes(capabilities: readonly Capability[]): string[] {
  const domains = capabilities.flatMap(({ domain_allowlist = [] }) => domain_allowlist);
  return [...new Set(domains)].map((domain) => {
    const suffix = domain.replace(WILDCARD, '');
    return suffix.startsWith('.')
      ? `"${domain}" admits every subdomain, but not ${suffix.slice(1)} itself.`
      : `"${domain}" admits every host whose name ends so, evil${domain} too; "*.${domain}" admits subdomains only.`;
  });
}

/** SecurityContext; constraints that are not set are left out, so that the context can be given back as it is. */
export function toSecurityContext(value: AnyArgs): AnyArgs & { name: string } {
  const { capabilities } = value;
  return {
    ...value,
    name: textOf(value, 'name'),
    ...(Array.isArray(capabilities) && { capabilities: capabilities.map(toCapability) }),
  };
}

/** Of the two forms of a domain that {@link sentCapabilities} gives, the published one is shown. */
function toCapability(capability: unknown): unknown {
  const shown = withoutUnset(capability);
  if (!isObject(shown) || !Array.isArray(shown.domain_allowlist)) return shown;
  const domains: unknown[] = shown.domain_allowlist;
  return { ...shown, domain_allowlist: domains.filter((domain) => !domains.includes(`*${domain}`)) };
}

/** A capability without the members that are null. */
export function withoutUnset(capability: unknown): unknown {
  if (!isObject(capability)) return capability;
  return Object.fromEntries(Object.entries(capability).filter(([, constraint]) => constraint !== null));
}
