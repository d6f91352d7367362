/** Builds the stdio entry once and runs it as a real process. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll } from 'vitest';

export interface Bundle {
  readonly path: string;
  /** Source files that went into it, from the root of the project. */
  readonly inputs: readonly string[];
  remove(): Promise<void>;
}

export async function bundleEntry(): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), 'aegis-mcp-stdio-'));
  const path = join(directory, 'entry.mjs');
  const { metafile } = await build({
    entryPoints: [join(import.meta.dirname, '_stdio-entry.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    metafile: true,
    logLevel: 'error',
    banner: { js: "import{createRequire as c}from'node:module';const require=c(import.meta.url);" },
  });
  return { path, inputs: Object.keys(metafile.inputs), remove: () => rm(directory, { recursive: true }) };
}

/** The process and what it said. */
export class StdioProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Lines of stdout as received. */
  readonly lines: string[] = [];
  /** Lines of stderr: events of the fake host. */
  readonly events: string[] = [];
  readonly exited: Promise<unknown[]>;
  readonly #watchers = new Set<() => void>();

  constructor(path: string) {
    this.child = spawn(process.execPath, [path]);
    // A write to a process that has ended is no failure of the test.
    this.child.stdin.on('error', () => {});
    this.exited = once(this.child, 'close');
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#note(this.lines, line));
    createInterface({ input: this.child.stderr }).on('line', (line) => this.#note(this.events, line));
  }

  /** Messages received; fails when a line is not JSON. */
  get messages(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  send(message: object | string): void {
    this.child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  }

  /** Resolves with the answer to the request of this id. */
  async answer(id: number | null): Promise<Record<string, unknown>> {
    await this.#until(() => this.messages.some((message) => message.id === id));
    return this.messages.find((message) => message.id === id) ?? {};
  }

  async event(text: string): Promise<void> {
    await this.#until(() => this.events.includes(text));
  }

  /** Exit code and signal of the ended process. */
  async exit(): Promise<unknown[]> {
    return this.exited;
  }

  #note(list: string[], line: string): void {
    list.push(line);
    for (const look of this.#watchers) look();
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** For a test file: builds the entry, starts processes of it, and kills after each test those that still run. */
export function useStdio(): { readonly bundle: () => Bundle; readonly start: () => StdioProcess } {
  let built: Bundle | undefined;
  const running: StdioProcess[] = [];
  beforeAll(async () => {
    built = await bundleEntry();
  });
  afterAll(() => built?.remove());
  afterEach(() => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
  });
  const bundle = (): Bundle => {
    if (built === undefined) throw new Error('The entry is built before the first test of the file.');
    return built;
  };
  const start = (): StdioProcess => {
    const server = new StdioProcess(bundle().path);
    running.push(server);
    return server;
  };
  return { bundle, start };
}
