/** Whether a security context lets a call through. The first capability whose pattern matches decides, also against. */
import { matchesPattern, textArgument } from '../../seal/policy.js';
import type { Capability, SecurityContext } from './contexts.js';

/** A denial: the SEAL code and the server's words. */
export interface Violation {
  readonly code: 2000 | 2001 | 2002 | 2003 | 2004;
  readonly message: string;
}

/** The violation, or undefined when the call is allowed. */
export function findViolation(context: SecurityContext, tool: string, args: unknown): Violation | undefined {
  const { name, deny_list, capabilities } = context;
  if (deny_list.some((pattern) => matchesPattern(pattern, tool))) {
    return { code: 2001, message: `tool '${tool}' is denied by SecurityContext '${name}'` };
  }
  const capability = capabilities.find(({ tool_pattern }) => matchesPattern(tool_pattern, tool));
  if (capability === undefined) {
    return { code: 2000, message: `tool '${tool}' is not allowed by SecurityContext '${name}'` };
  }
  return (
    pathViolation(capability, tool, args) ??
    commandViolation(capability, tool, args) ??
    domainViolation(capability, tool, args)
  );
}

/** Whether a session's own pattern allows a tool: the first `*` stands for anything, the rest is literal. */
export function allowsTool(pattern: string, tool: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return tool === pattern;
  return tool.startsWith(pattern.slice(0, star)) && tool.endsWith(pattern.slice(star + 1));
}

function pathViolation(
  { path_allowlist: allowed }: Capability,
  tool: string,
  args: unknown,
): Violation | undefined {
  const path = textArgument(args, 'path');
  if (allowed === null || path === undefined || !/^(fs|filesystem)\./.test(tool)) return undefined;
  if (allowed.some((prefix) => isBelow(path, prefix))) return undefined;
  return { code: 2002, message: `path '${path}' is not allowed` };
}

/** Component by component; `..` is not resolved. */
function isBelow(path: string, prefix: string): boolean {
  const parts = componentsOf(path);
  return componentsOf(prefix).every((part, index) => part === parts[index]);
}

function componentsOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') ? ['/', ...parts] : parts;
}

function commandViolation(capability: Capability, tool: string, args: unknown): Violation | undefined {
  const command = textArgument(args, 'command');
  if (tool !== 'cmd.run' || command === undefined) return undefined;
  const [base = '', sub = ''] = command.trim().split(/\s+/);
  const { command_allowlist: commands, subcommand_allowlist: subcommands } = capability;
  if (commands !== null && !commands.includes(base)) {
    return { code: 2003, message: `command '${base}' is not allowed` };
  }
  const allowed = subcommands !== null && Object.hasOwn(subcommands, base) ? subcommands[base] : undefined;
  if (allowed === undefined || allowed.length === 0 || allowed.includes(sub)) return undefined;
  return { code: 2003, message: `subcommand '${sub}' of '${base}' is not allowed` };
}

/** A plain suffix of the host: `x.org` allows evilx.org too, `*.x.org` nothing. */
function domainViolation(
  { domain_allowlist: allowed }: Capability,
  tool: string,
  args: unknown,
): Violation | undefined {
  const url = textArgument(args, 'url');
  if (allowed === null || url === undefined || !/^web(-search)?\./.test(tool)) return undefined;
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  if (host !== '' && allowed.some((suffix) => host.endsWith(suffix))) return undefined;
  return { code: 2004, message: `domain '${host}' is not allowed` };
}
