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
 * The capabilities as the real gateway reads them. It compares the end of the host name with each entry as plain
 * text, so the published `*.x.org` never matches; `.x.org` admits the same hosts. Throws `invalid_arguments`.
 */
export function realCapabilities<C extends Capability>(capabilities: readonly C[]): C[] {
  return capabilities.map((capability, index) => {
    const place = `capabilities.${index}.domain_allowlist`;
    const domains = capability.domain_allowlist?.map((domain) => suffixOf(place, domain));
    return domains === undefined ? capability : { ...capability, domain_allowlist: domains };
  });
}

function suffixOf(place: string, domain: string): string {
  const suffix = domain.replace(/^\*(?=\.)/, '').toLowerCase();
  if (/^\.?[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*$/u.test(suffix)) return suffix;
  throw badArgument(
    TOOL,
    `${place}: ${JSON.stringify(domain)} is neither a host name nor *. and a host name`,
    'Give names such as "*.example.org", without scheme, port and path; leave domain_allowlist out to admit every host.',
  );
}

/** What the caller should know of how the gateway understands the domains. */
export function domainNotes(capabilities: readonly Capability[]): string[] {
  const domains = capabilities.flatMap(({ domain_allowlist = [] }) => domain_allowlist);
  return [...new Set(domains)].map((domain) =>
    domain.startsWith('*.')
      ? `"${domain}" is sent as "${domain.slice(1).toLowerCase()}" where the gateway compares the ends of host names: every subdomain, but not ${domain.slice(2)} itself.`
      : noteOnPlain(domain),
  );
}

function noteOnPlain(domain: string): string {
  return domain.startsWith('.')
    ? `"${domain}" admits every subdomain, but not ${domain.slice(1)} itself.`
    : `"${domain}" admits every host whose name ends so, evil${domain} too; "*.${domain}" admits subdomains only.`;
}

/** SecurityContext; constraints that are not set are left out, so that the context can be given back as it is. */
export function toSecurityContext(value: AnyArgs): AnyArgs & { name: string } {
  const { capabilities } = value;
  return {
    ...value,
    name: textOf(value, 'name'),
    ...(Array.isArray(capabilities) && { capabilities: capabilities.map(withoutUnset) }),
  };
}

/** A capability without the members that are null. */
export function withoutUnset(capability: unknown): unknown {
  if (!isObject(capability)) return capability;
  return Object.fromEntries(Object.entries(capability).filter(([, constraint]) => constraint !== null));
}
