/** The built program as a process. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

/** Only what a process needs: no setting of the machine leaks in. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, ...extra };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end. */
export async function run(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [CLI, ...args], { env: cleanEnv(options.env) });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const [code]: unknown[] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, stdout, stderr };
}

export interface HttpProgram {
  readonly url: string;
  readonly child: ChildProcessWithoutNullStreams;
  readonly stderr: () => string;
  stop(): Promise<number | null>;
}

/** Starts `http` on a free port and waits until it serves. */
export async function startHttp(
  args: readonly string[] = ['--sandbox', '--toolsets', 'all'],
  env: Readonly<Record<string, string>> = {},
): Promise<HttpProgram> {
  const child = spawn(process.execPath, [CLI, 'http', '--port', '0', ...args], { env: cleanEnv(env) });
  let stderr = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      const found = /serves (http:\S+)/.exec(stderr);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    child.once('close', (code) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  const stop = async (): Promise<number | null> => {
    if (child.exitCode !== null) return child.exitCode;
    child.kill('SIGTERM');
    await once(child, 'close');
    return child.exitCode;
  };
  return { url, child, stderr: () => stderr, stop };
}

type Message = Readonly<Record<string, unknown>>;

/** The program over stdio, spoken to in raw newline-delimited JSON-RPC. */
export class RawStdio {
  readonly child: ChildProcessWithoutNullStreams;
  /** Every line of stdout, parsed: a line that is not JSON makes the test fail. */
  readonly messages: Message[] = [];
  readonly #waiting = new Map<number, (message: Message) => void>();
  #next = 1;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [CLI, ...args], { env: cleanEnv(env) });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const message: Message = JSON.parse(line);
      this.messages.push(message);
      if (typeof message.id === 'number') this.#waiting.get(message.id)?.(message);
    });
    this.child.stderr.resume();
  }

  notify(method: string, params: Message = {}): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
  }

  request(method: string, params: Message = {}): Promise<Message> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer;
  }

  /** Closes stdin and gives the exit code. */
  async end(): Promise<number | null> {
    this.child.stdin.end();
    if (this.child.exitCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }
}
