/** The example of a host configuration is one that a host can use. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { optionSpecs, readConfig } from '../src/config.js';

const local = z.strictObject({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).default({}),
});
const remote = z.strictObject({ type: z.literal('http'), url: z.url() });
const file = z.strictObject({ mcpServers: z.record(z.string(), z.union([local, remote])) });

const text = readFileSync(join(import.meta.dirname, '..', 'mcp.json.example'), 'utf8');
const servers = Object.entries(file.parse(JSON.parse(text)).mcpServers);
const locals = servers.flatMap(([name, server]) => ('command' in server ? [[name, server] as const] : []));
const remotes = servers.flatMap(([name, server]) => ('url' in server ? [[name, server] as const] : []));

const specs = optionSpecs();

/** Flags of an argument list by option name, as the command line reads them. */
function flagsOf(args: readonly string[]): Record<string, string | boolean> {
  const flags: Record<string, string | boolean> = {};
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const spec = specs.find(({ flag }) => `--${flag}` === word);
    if (spec === undefined) throw new Error(`${word} is no flag`);
    flags[spec.name] = spec.value === undefined || (rest.shift() ?? '');
  }
  return flags;
}

describe('mcp.json.example', () => {
  it('shows a sandbox, a real orchestrator and an HTTP server', () => {
    expect(servers.map(([name]) => name)).toEqual(['aegis-sandbox', 'aegis', 'aegis-http']);
  });

  it.each(locals)(
    'starts %s with the built program and a configuration that is accepted',
    (_name, server) => {
      const [program, ...args] = server.args;
      expect(server.command).toBe('node');
      expect(program).toMatch(/\/dist\/cli\.js$/);
      expect(() => readConfig(flagsOf(args), server.env)).not.toThrow();
    },
  );

  it.each(locals)('gives %s only variables that exist', (_name, server) => {
    const known = new Set(specs.map(({ env }) => env));
    expect(Object.keys(server.env).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(locals)('holds no secret of %s: hosts fill in variables of their own', (_name, server) => {
    const secrets = specs.filter(({ flag }) => flag === undefined).map(({ env }) => env);
    for (const [name, value] of Object.entries(server.env))
      if (secrets.includes(name)) expect(value).toBe(`\${${name}}`);
    expect(server.args.join(' ')).not.toMatch(/token|secret/i);
  });

  it.each(remotes)('reaches %s where `aegis-mcp http` listens by default', (_name, server) => {
    expect(server.url).toBe('http://127.0.0.1:7171/mcp');
  });
});
