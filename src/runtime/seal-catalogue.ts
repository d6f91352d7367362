/** The tools that orchestrator and gateway list for the caller, looked at again and again while somebody watches. */
import { createHash } from 'node:crypto';
import { AegisError } from '../errors.js';
import type { Log } from '../log.js';
import type { ListedTool } from '../server/host.js';
import type { LiveSource, RunnableTool } from '../server/tool-host.js';
import { BUILT_IN_TOOLS } from '../tools/catalog/effects.js';
import { mergeEntries } from '../tools/catalog/entries.js';
import { SafeNames } from '../tools/catalog/names.js';
import { type OfferedTool, offerTools } from '../tools/catalog/offer.js';
import { runOffered } from '../tools/catalog/run.js';
import { CataloguePart } from './catalogue-part.js';
import { listGateway, listOrchestrator, readCaller, type Servers } from './catalogue-servers.js';
import { Watchers } from './watchers.js';

export interface SealCatalogueOptions {
  readonly connected: () => Promise<Servers>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Names of the fixed tools, their other names included. */
  readonly taken: Iterable<string>;
  /** How old a list may be, and the time between two looks while somebody watches, milliseconds. */
  readonly maxAgeMs: number;
  readonly tenant: string | undefined;
  readonly readOnly: boolean;
}

/** Longest time that a list waits for servers, milliseconds: hosts wait for their tools at start. */
const PATIENCE_MS = 3_000;
/** Shortest time between looks that failed, or that an unknown name asked for, milliseconds. */
const LEAST_MS = 1_000;
/** The digest of no list: whatever comes next is a change. */
const SEVERAL = '';

export class SealCatalogue implements LiveSource {
  readonly maxAgeMs: number;
  readonly #options: SealCatalogueOptions;
  readonly #names: SafeNames;
  readonly #orchestrator: CataloguePart;
  readonly #gateway: CataloguePart;
  readonly #watchers: Watchers;
  readonly #closing = new AbortController();
  /** By safe name, in the order of the list. */
  #offered: ReadonlyMap<string, OfferedTool> = new Map();
  /** Digest of the list that somebody has, or was told to fetch; {@link SEVERAL} where not all have the same. */
  #told: string | undefined;
  #caller: string | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #flight: Promise<void> | undefined;
  /** A look took longer than anybody should wait for the next one. */
  #isSlow = false;

  constructor(options: SealCatalogueOptions) {
    this.#options = options;
    this.maxAgeMs = options.maxAgeMs;
    this.#names = new SafeNames(options.taken, BUILT_IN_TOOLS);
    this.#orchestrator = new CataloguePart('orchestrator', options.log);
    this.#gateway = new CataloguePart('gateway', options.log);
    this.#watchers = new Watchers(() => this.#look(0), options.maxAgeMs);
  }

  async list(): Promise<readonly ListedTool[]> {
    const look = this.#look(this.maxAgeMs);
    if (!this.#isSlow) this.#isSlow = !(await isDoneWithin(PATIENCE_MS, look));
    const digest = digestOf(this.#offered);
    this.#told = (this.#told ?? digest) === digest ? digest : SEVERAL;
    return toolsOf(this.#offered);
  }

  watch(changed: () => void): () => void {
    return this.#watchers.add(changed);
  }

  async find(name: string): Promise<RunnableTool | undefined> {
    if (!this.#offered.has(name)) await this.#look(LEAST_MS);
    const offered = this.#offered.get(name);
    if (offered !== undefined)
      return { untrusted: true, run: (args, context) => runOffered(offered, args, context) };
    const refusal = this.#refusalOf(name);
    return refusal && { untrusted: true, run: () => Promise.reject(refusal) };
  }

  /** Ends a look under way; nobody is told of anything any more. */
  close(): void {
    this.#watchers.close();
    this.#closing.abort();
  }

  get #failure(): AegisError | undefined {
    return this.#orchestrator.failure ?? this.#gateway.failure;
  }

  /** Looks at the servers unless that was done for this caller less than `ageMs` ago. Never rejects. */
  #look(ageMs: number): Promise<void> {
    this.#flight ??= this.#read(ageMs).finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #read(ageMs: number): Promise<void> {
    const { signal } = this.#closing;
    const began = performance.now();
    const caller = this.#options.connected().then((servers) => readCaller(servers, signal));
    const key = await caller.then((known) => known.key).catch(() => undefined);
    if (this.#isKnown(key, ageMs)) return;
    const parts = [
      this.#orchestrator.refresh(async (etag) => listOrchestrator(await caller, { signal, etag })),
    ];
    // Why there is no caller is told once, by the orchestrator's part.
    if (key !== undefined)
      parts.push(this.#gateway.refresh(async (etag) => listGateway(await caller, { signal, etag })));
    // What one server says need not wait for the other.
    await Promise.all(parts.map((part) => part.then(() => this.#offer())));
    this.#lookedAt = performance.now();
    if (this.#lookedAt - began < PATIENCE_MS) this.#isSlow = false;
  }

  /** What was listed for somebody else is not kept for this one, not even when nothing can be read now. */
  #isKnown(key: string | undefined, ageMs: number): boolean {
    if (key === undefined) return false;
    if (key !== this.#caller) {
      this.#caller = key;
      this.#orchestrator.forget();
      this.#gateway.forget();
      this.#offered = new Map();
      return false;
    }
    const maxAge = this.#failure === undefined ? ageMs : Math.min(ageMs, LEAST_MS);
    return performance.now() - this.#lookedAt < maxAge;
  }

  #offer(): void {
    const { tenant, readOnly } = this.#options;
    const entries = mergeEntries(this.#orchestrator.entries, this.#gateway.entries);
    const offered = offerTools(entries, { names: this.#names, tenant, readOnly });
    this.#offered = new Map(offered.map((each) => [each.tool.name, each]));
    const digest = digestOf(this.#offered);
    if (this.#told === undefined || this.#told === digest) return;
    this.#told = digest;
    this.#watchers.tell();
  }

  #refusalOf(name: string): AegisError | undefined {
    const original = this.#names.originalOf(name);
    const failure = this.#failure;
    if (failure !== undefined && this.#offered.size === 0)
      return new AegisError(
        failure.code,
        `${name} is no fixed tool, and the SEAL tools cannot be listed now: ${failure.message}`,
        {
          ...(failure.next !== undefined && { next: failure.next }),
          cause: failure,
        },
      );
    if (original === undefined) return undefined;
    const why = this.#options.readOnly
      ? 'the security context does not list it now, or it is not known to change nothing (--read-only)'
      : 'the security context does not list it now';
    return new AegisError('not_found', `${name} is not offered: ${why}.`, {
      next: 'List the tools again (tools/list).',
    });
  }
}

function toolsOf(offered: ReadonlyMap<string, OfferedTool>): ListedTool[] {
  return [...offered.values()].map(({ tool }) => tool);
}

function digestOf(offered: ReadonlyMap<string, OfferedTool>): string {
  return createHash('sha256')
    .update(JSON.stringify(toolsOf(offered)))
    .digest('base64');
}

async function isDoneWithin(timeoutMs: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}
