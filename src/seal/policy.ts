/** Which way a sensitive call goes, and why one was denied. */
import { CachedCatalogue } from './catalogue.js';
import { explainDenial, isDenial } from './denial.js';
import { messageOf, SealError, type SealErrorOptions } from './errors.js';
import type { SealSession } from './session.js';

/**
 * `auto`: SEAL when the security context lists the call's SEAL tool, REST when it does not. `required`: SEAL or an error.
 * `off`: REST.
 */
export type SealMode = 'auto' | 'required' | 'off';

export interface SealPolicyOptions {
  readonly mode: SealMode;
  /** Modes of single tools, by the name their caller knows. */
  readonly overrides?: ReadonlyMap<string, SealMode>;
  /** Absent where SEAL is not configured. */
  readonly session?: SealSession;
  /** Names of the SEAL tools listed for the session's security context; asked at most once a minute. */
  readonly catalogue?: () => Promise<ReadonlySet<string>>;
}

export interface SealToolCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** It does nearly the same as the REST request: a way for `required`, and none for `auto`. */
  readonly isLastResort?: boolean;
}

export class SealPolicy {
  readonly #options: SealPolicyOptions;
  readonly #catalogue: CachedCatalogue | undefined;

  /** @param now milliseconds since 1970. */
  constructor(options: SealPolicyOptions, now: () => number) {
    this.#options = options;
    this.#catalogue = options.catalogue && new CachedCatalogue(options.catalogue, now);
  }

  modeOf(tool: string): SealMode {
    return this.#options.overrides?.get(tool) ?? this.#options.mode;
  }

  /**
   * The SEAL form of a call when that is the way, undefined for REST.
   *
   * @param tool the name its caller knows.
   * @param seal its SEAL form; undefined where no SEAL tool does the same.
   * @throws SealError `seal_required`; `upstream_unavailable` when what the context allows cannot be known.
   */
  async choose(tool: string, seal: SealToolCall | undefined): Promise<SealToolCall | undefined> {
    const mode = this.modeOf(tool);
    if (mode === 'off') return undefined;
    if (mode === 'required') return await this.#demand(tool, seal);
    if (this.#options.session === undefined || seal === undefined || seal.isLastResort) return undefined;
    return (await this.#isListed(tool, seal)) ? seal : undefined;
  }

  /** Whether a call of this tool would be signed and is listed for it; false when the list cannot be read. */
  async lists(tool: string): Promise<boolean> {
    const { mode, session } = this.#options;
    if (mode === 'off' || session === undefined) return false;
    return (await this.#read())?.has(tool) ?? false;
  }

  /** A denial with its reason, from the list of the context where that can be read; any other error as it is. */
  async explained(error: unknown, tool: string, { securityContext, target }: SealSession): Promise<unknown> {
    if (!isDenial(error)) return error;
    return explainDenial(error, { tool, securityContext, target, listed: await this.#read() });
  }

  async #demand(tool: string, seal: SealToolCall | undefined): Promise<SealToolCall> {
    const { session } = this.#options;
    if (session === undefined) throw withoutSession(tool);
    if (seal === undefined) throw required(tool, 'no SEAL tool does the same', relax(tool));
    if (await this.#isListed(tool, seal)) return seal;
    const why = `the security context ${session.securityContext} does not list ${seal.tool}, or the server does not know it`;
    throw required(tool, why);
  }

  /** What the context allows must be known: a call that policy would deny may not slip through over REST. */
  async #isListed(tool: string, seal: SealToolCall): Promise<boolean> {
    try {
      return (await this.#catalogue?.read())?.has(seal.tool) ?? false;
    } catch (cause) {
      const why = `the list of SEAL tools cannot be read: ${messageOf(cause)}`;
      const options = { cause, next: nextOf(cause) ?? 'Try again later.' };
      if (this.modeOf(tool) === 'required') throw required(tool, why.replace(/\.$/, ''), options);
      throw new SealError('upstream_unavailable', `${tool} was not sent: ${why}`, options);
    }
  }

  async #read(): Promise<ReadonlySet<string> | undefined> {
    return await this.#catalogue?.read().catch(() => undefined);
  }
}

/** The next step of an error that tells one. */
function nextOf(error: unknown): string | undefined {
  return error instanceof Error && 'next' in error && typeof error.next === 'string' ? error.next : undefined;
}

function required(tool: string, why: string, options?: SealErrorOptions): SealError {
  return new SealError('seal_required', `${tool} must travel as SEAL, but ${why}.`, options);
}

function relax(tool: string): SealErrorOptions {
  return { next: `Let this one go over REST (--seal-tools ${tool}=auto), or do without it.` };
}

/** For a call that can only be signed, by a caller for whom nothing is. */
export function withoutSession(tool: string): SealError {
  return required(tool, 'no SEAL session is configured', {
    next: 'Give a credential, and the security context where the credential does not tell it (--security-context).',
  });
}
