/** A module of this project running as a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A folder that is removed by the returned function. */
export function makeFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'seal-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Bundles a script, whose imports start at the root of the project, into a folder; returns its path. */
export async function bundleScript(folder: string, script: string): Promise<string> {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'script.mjs');
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: ROOT, loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  writeFileSync(file, outputFiles[0]?.text ?? '');
  return file;
}

/** A process that is spoken to in lines. */
export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, args);
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The next line of its output. */
  async read(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the process ended without a line: ${this.#errors}`);
    return value;
  }

  stop(): void {
    this.#child.kill();
  }
}
