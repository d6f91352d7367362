/** Imports go one way; each folder below may import only what its line names. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '..', 'src');

/** Folder or file of src -> what of src it may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  log: [],
  config: ['errors', 'tools'],
  client: ['errors'],
  auth: ['errors', 'client'],
  seal: [],
  tools: ['errors', 'client', 'seal'],
  server: ['errors', 'tools'],
  transport: ['errors', 'server'],
  sandbox: [],
  version: [],
  runtime: ['errors', 'log', 'config', 'client', 'auth', 'seal', 'tools', 'server', 'sandbox', 'version'],
  commands: ['errors', 'config', 'server', 'transport', 'sandbox', 'runtime', 'version'],
  cli: ['errors', 'config', 'server', 'commands', 'version'],
};

/** Packages and builtins that a layer must never see. */
const NEVER: Readonly<Record<string, RegExp>> = {
  tools: /^(@modelcontextprotocol\/|undici$|openid-client$|pino$|node:http|node:process$)/,
  transport: /^(undici$|openid-client$|zod$)/,
  seal: /^(zod|undici|pino|jose|openid-client|@modelcontextprotocol\/)/,
  client: /^(@modelcontextprotocol\/|zod$)/,
  sandbox: /^(@modelcontextprotocol\/|undici$|openid-client$|@noble\/)/,
};

const SPECIFIER =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function layerOf(file: string): string {
  return (relative(src, file).split(/[/\\]/)[0] ?? '').replace(/\.[jt]s$/, '');
}

function importsOf(file: string): string[] {
  const matches = readFileSync(file, 'utf8').matchAll(SPECIFIER);
  return [...matches].map((match) => match[1] ?? match[2] ?? '');
}

const files = filesBelow(src);

it('finds the sources', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(new Set(files.map(layerOf))).toEqual(new Set(Object.keys(MAY_IMPORT)));
});

it('imports only downwards between layers', () => {
  const breaches = files.flatMap((file) => {
    const layer = layerOf(file);
    return importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => layerOf(join(dirname(file), specifier)))
      .filter((target) => target !== layer && !MAY_IMPORT[layer]?.includes(target))
      .map((target) => `${relative(src, file)} imports ${target}`);
  });
  expect(breaches).toEqual([]);
});

it('keeps MCP, HTTP and configuration out of the layers that must not know them', () => {
  const breaches = files.flatMap((file) => {
    const never = NEVER[layerOf(file)];
    return importsOf(file)
      .filter((specifier) => never?.test(specifier))
      .map((specifier) => `${relative(src, file)} imports ${specifier}`);
  });
  expect(breaches).toEqual([]);
});

it('reads the environment only where the program is composed', () => {
  const readers = files.filter((file) => /process\.env/.test(readFileSync(file, 'utf8'))).map(layerOf);
  expect(readers.filter((layer) => layer !== 'cli' && layer !== 'runtime')).toEqual([]);
});

it('writes to stdout only from the command line and the stdio transport', () => {
  const writers = files
    .filter((file) => /process\.stdout|console\./.test(readFileSync(file, 'utf8')))
    .map((file) => relative(src, file));
  expect(
    writers.filter((file) => !/^(cli\.ts$|commands\/)/.test(file) && !file.startsWith('transport/')),
  ).toEqual([]);
});
