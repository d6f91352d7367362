/** Why policy denied a call, in words of the catalogue and of the server's number. */
import { SealError } from './errors.js';
import type { SealTarget } from './session-options.js';

export interface DenialFacts {
  /** The SEAL tool that was called. */
  readonly tool: string;
  readonly securityContext: string;
  readonly target: SealTarget;
  /** The tools that the security context lists; undefined where that is not known. */
  readonly listed: ReadonlySet<string> | undefined;
}

/** What each number of the gateway says of the call (SEAL 1.0, 2xxx; the gateway tells the constraint, D50). */
const CONSTRAINTS: Readonly<Record<number, string>> = {
  2000: 'neither the security context nor the session allows the tool',
  2001: 'the security context denies the tool by name',
  2002: "the argument 'path' lies outside the folders that the security context allows",
  2003: 'the command or its subcommand is not one that the security context allows',
  2004: "the host of the argument 'url' is not one that the security context allows",
};

const OTHER_TOOL =
  'Choose a tool that list_seal_tools shows for this context, or ask the operator to allow this one; do not try another way.';
const OTHER_ARGUMENTS =
  'Call it with arguments that the context allows, or ask the operator; do not try another way.';

/** Whether policy refused a call: nothing ran, and no other way may be tried. */
export function isDenial(error: unknown): error is SealError {
  return error instanceof SealError && (error.code === 'policy_violation' || error.code === 'forbidden');
}

/**
 * The same denial with its reason and next step. The orchestrator reports every failed constraint as a tool that is
 * not allowed, so only its list tells whether the tool or an argument was the reason. Any other error is unchanged.
 */
export function explainDenial(error: SealError, facts: DenialFacts): SealError {
  const told = isDenial(error) ? tell(error, facts) : undefined;
  if (told === undefined) return error;
  return new SealError(error.code, `${error.message} (${told.why}.)`, {
    wireCode: error.wireCode,
    ...(error.status !== undefined && { status: error.status }),
    next: told.next,
    cause: error,
  });
}

interface Told {
  readonly why: string;
  readonly next: string;
}

function tell(error: SealError, facts: DenialFacts): Told | undefined {
  if (facts.target === 'gateway') return error.code === 'forbidden' ? unknownContext(facts) : byNumber(error);
  // A server that cannot list is taken for one with an empty list.
  return error.code === 'forbidden' || !facts.listed?.size ? undefined : byList(error, facts.listed, facts);
}

function byList(
  { message }: SealError,
  listed: ReadonlySet<string>,
  { tool, securityContext }: DenialFacts,
): Told {
  const named = `security context ${securityContext}`;
  if (!listed.has(tool)) {
    return {
      why: `the ${named} lists ${listed.size} tools, and ${tool} is not one of them`,
      next: OTHER_TOOL,
    };
  }
  if (/ExplicitlyDenied/i.test(message)) {
    return { why: `the ${named} denies ${tool} by name`, next: OTHER_TOOL };
  }
  return {
    why: `the ${named} lists ${tool}, so an argument lies outside what it allows: a path, a command or the host of a url`,
    next: OTHER_ARGUMENTS,
  };
}

function byNumber({ wireCode = 0 }: SealError): Told | undefined {
  const why = CONSTRAINTS[wireCode];
  return why === undefined ? undefined : { why, next: wireCode >= 2002 ? OTHER_ARGUMENTS : OTHER_TOOL };
}

/** The gateway's 403 `{"error":"forbidden"}` (D50): it has few contexts of its own. */
function unknownContext({ securityContext }: DenialFacts): Told {
  return {
    why: `the gateway does not know the security context ${securityContext}, or the tool's own rules refuse the call`,
    next: 'Have an operator store the security context at the gateway (POST /v1/security-contexts); do not try another way.',
  };
}
