/**
 * A simulated shell: nothing is run on the machine. It knows enough of `sh` to steer a workflow by exit code
 * and output: echo, true, false, exit, sleep, `$NAME`, quotes, `&&`, `||`, `;`, `>&2`. Any other command
 * succeeds and prints what would have run.
 */
import type { Clock } from '../../kernel.js';
import { sleepLong } from '../durations.js';

/** What a command leaves. */
export interface CommandResult {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of a command. */
export interface ShellHost {
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Part {
  /** Operator before the command. */
  readonly join: string;
  readonly words: readonly string[];
  readonly toStderr: boolean;
}

const TOKEN =
  /'([^']*)'|"((?:[^"\\]|\\.)*)"|(&&|\|\||;|\n)|(\d*>>?&?\s*[^\s;&|]+)|((?:\\.|[^\s'";&|>]|&(?!&)|\|(?!\|))+)/g;

/** Runs a script. */
export async function simulateScript(script: string, host: ShellHost): Promise<CommandResult> {
  const total = { exit_code: 0, stdout: '', stderr: '' };
  for (const part of parseScript(script, host.env)) {
    if (part.join === '&&' && total.exit_code !== 0) continue;
    if (part.join === '||' && total.exit_code === 0) continue;
    const result = await simulateCommand(part.words, host);
    total.exit_code = result.exit_code;
    total.stdout += part.toStderr ? '' : result.stdout;
    total.stderr += part.toStderr ? result.stdout : result.stderr;
    if (part.words[0] === 'exit') break;
  }
  return total;
}

/** Runs one command given as words; `sh -c SCRIPT` (also bash, ash) runs the script. */
export async function simulateCommand(words: readonly string[], host: ShellHost): Promise<CommandResult> {
  const [name = 'true', ...rest] = words;
  const first = rest[0] ?? '';
  if (/(^|\/)(ba|a|da)?sh$/.test(name) && first === '-c') return simulateScript(rest[1] ?? '', host);
  switch (name) {
    case 'echo':
      return done(0, `${rest.join(' ')}\n`);
    case 'true':
      return done(0);
    case 'false':
      return done(1);
    case 'exit':
      return done(Number.parseInt(first, 10) || 0);
    case 'sleep':
      await sleepLong(host.clock, Number.parseFloat(first) * 1000, host.signal);
      return done(0);
    default:
      return done(0, `simulated: ${words.join(' ')}\n`);
  }
}

function done(exitCode: number, stdout = ''): CommandResult {
  return { exit_code: exitCode, stdout, stderr: '' };
}

function parseScript(script: string, env: Readonly<Record<string, string>>): readonly Part[] {
  const parts: Part[] = [];
  let part = { join: ';', words: [] as string[], toStderr: false };
  const close = (join: string) => {
    if (part.words.length > 0) parts.push(part);
    part = { join, words: [], toStderr: false };
  };
  let glued = -1;
  for (const match of script.matchAll(TOKEN)) {
    const [whole, single, double, operator, redirect, plain] = match;
    if (operator !== undefined) close(operator);
    else if (redirect !== undefined) part.toStderr ||= /^1?>&\s*2$/.test(redirect);
    else {
      const word = single ?? expand((double ?? plain ?? '').replace(/\\(.)/g, '$1'), env);
      if (glued === match.index && part.words.length > 0) part.words.push((part.words.pop() ?? '') + word);
      else part.words.push(word);
    }
    glued = match.index + whole.length;
  }
  close(';');
  return parts;
}

function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    return env[braced ?? bare ?? ''] ?? '';
  });
}
