/** Evaluation of a security context: may this tool be called with these arguments? */

/** What a context lets through. An absent list does not constrain; an empty one allows nothing. */
export interface Capability {
  /** `*`, `prefix.*` (starts with `prefix`), or an exact tool name. */
  readonly tool_pattern: string;
  readonly path_allowlist?: readonly string[];
  readonly command_allowlist?: readonly string[];
  readonly domain_allowlist?: readonly string[];
}

export interface SecurityContext {
  readonly name: string;
  readonly description: string;
  readonly capabilities: readonly Capability[];
  /** Exact tool names; wins over every capability. */
  readonly deny_list: readonly string[];
}

/**
 * The violation in the server's wording, or undefined when the call is allowed. Every capability is tried and the
 * first full match allows; which constraint failed is not told.
 */
export function findViolation(context: SecurityContext, tool: string, args: unknown): string | undefined {
  if (context.deny_list.includes(tool)) return `ToolExplicitlyDenied { tool_name: ${quote(tool)} }`;
  if (context.capabilities.some((capability) => allows(capability, tool, args))) return undefined;
  const allowed = context.capabilities.map(({ tool_pattern }) => quote(tool_pattern)).join(', ');
  return `ToolNotAllowed { tool_name: ${quote(tool)}, allowed_tools: [${allowed}] }`;
}

/** Whether a context shows the tool at all: the deny list and the patterns, without argument constraints. */
export function isVisible(context: SecurityContext, tool: string): boolean {
  if (context.deny_list.includes(tool)) return false;
  return context.capabilities.some(({ tool_pattern }) => matchesPattern(tool_pattern, tool));
}

function allows(capability: Capability, tool: string, args: unknown): boolean {
  return (
    matchesPattern(capability.tool_pattern, tool) &&
    allowsPath(capability.path_allowlist, tool, textArgument(args, 'path')) &&
    allowsCommand(capability.command_allowlist, tool, textArgument(args, 'command')) &&
    allowsDomain(capability.domain_allowlist, tool, textArgument(args, 'url'))
  );
}

/** `*`, `prefix.*` (a plain prefix without its dot), or the name itself. */
export function matchesPattern(pattern: string, tool: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? tool.startsWith(pattern.slice(0, -2)) : tool === pattern;
}

/** Component-wise prefixes; a relative path without `..` passes; no path at all passes. */
function allowsPath(allowed: readonly string[] | undefined, tool: string, path: string | undefined): boolean {
  if (allowed === undefined || !/^(fs|filesystem)\./.test(tool) || path === undefined) return true;
  if (!path.startsWith('/')) return !path.split('/').includes('..');
  return allowed.some((prefix) => path === prefix || path.startsWith(`${prefix.replace(/\/$/, '')}/`));
}

function allowsCommand(
  allowed: readonly string[] | undefined,
  tool: string,
  command: string | undefined,
): boolean {
  if (allowed === undefined || tool !== 'cmd.run') return true;
  const first = command?.trim().split(/\s+/)[0];
  return first !== undefined && allowed.includes(first);
}

/** The host itself or a subdomain of it, without regard to case. */
function allowsDomain(
  allowed: readonly string[] | undefined,
  tool: string,
  url: string | undefined,
): boolean {
  if (allowed === undefined || !/^web(-search)?\./.test(tool) || url === undefined) return true;
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.toLowerCase();
  return allowed.some((domain) => host === domain.toLowerCase() || host.endsWith(`.${domain.toLowerCase()}`));
}

/** A member of the arguments that is a text. */
export function textArgument(args: unknown, name: string): string | undefined {
  if (typeof args !== 'object' || args === null) return undefined;
  const value: unknown = Reflect.get(args, name);
  return typeof value === 'string' ? value : undefined;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
