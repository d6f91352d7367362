// Builds dist/: the program in chunks, its ready-made tools/list, a V8 code cache for this Node version, and the SEAL
// library. Run as a program, it writes the library's declarations too.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const cache = join(root, 'node_modules', '.cache', 'aegis-mcp');

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Digest of everything that dist/ is made of, the Node version included (the code cache depends on it). */
export function sourceDigest() {
  const hash = createHash('sha256').update(process.version);
  const inputs = [
    ...filesBelow(join(root, 'src')),
    join(root, 'package-lock.json'),
    ...filesBelow(join(root, 'scripts')),
  ];
  for (const file of inputs.sort()) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}

export function isStale() {
  const stamp = join(dist, '.stamp');
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== sourceDigest();
}

const common = { platform: 'node', target: 'node20.19', absWorkingDir: root, logLevel: 'warning' };
// Native code cannot be bundled.
const external = ['libsql'];

/** Bundles a TypeScript entry for use by a script, and imports it. */
export async function importBundled(entry) {
  const { build } = await import('esbuild');
  const outfile = join(cache, `${relative(root, entry).replaceAll(/[/\\.]/g, '-')}.mjs`);
  const banner =
    "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);";
  await build({
    ...common,
    bundle: true,
    external,
    entryPoints: [entry],
    outfile,
    format: 'esm',
    banner: { js: banner },
  });
  return await import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

/** Replaces the listing built from rows by the finished JSON. */
function readyListing(json) {
  return {
    name: 'ready-listing',
    setup(build) {
      const text = JSON.stringify(JSON.stringify(json));
      build.onLoad({ filter: /src[/\\]tools[/\\]listing\.ts$/ }, () => ({
        contents: `export const buildListing = () => JSON.parse(${text});`,
        loader: 'js',
      }));
    },
  };
}

/** Error texts of zod in forty languages are a third of the bundle; English is kept. */
const englishOnly = {
  name: 'english-only',
  setup(build) {
    build.onResolve({ filter: /locales\/index\.js$/ }, (args) => ({
      path: join(dirname(join(args.resolveDir, args.path)), 'en.js'),
      namespace: 'zod-locales',
    }));
    build.onLoad({ filter: /.*/, namespace: 'zod-locales' }, (args) => ({
      contents: `export { default as en } from ${JSON.stringify(args.path)};`,
      resolveDir: dirname(args.path),
    }));
  },
};

/** The MCP SDK loads a JSON Schema validator at start that only elicitation uses; this server never elicits. */
const withoutValidator = {
  name: 'without-validator',
  setup(build) {
    build.onLoad(
      { filter: /@modelcontextprotocol[/\\]server[/\\]dist[/\\]ajvProvider-[^/\\]*\.mjs$/ },
      () => ({
        contents: `export class AjvJsonSchemaValidator {
        getValidator() { throw new Error('this program validates no elicitation answers'); }
      }
      export { AjvJsonSchemaValidator as n, AjvJsonSchemaValidator as t };`,
      }),
    );
  },
};

/** commander loads child_process, and with it the network stack, for a feature that this program does not use. */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup(build) {
    build.onLoad({ filter: /commander[/\\]lib[/\\]command\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        "const childProcess = require('node:child_process');",
        "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
      ),
    }));
  },
};

/** Chunks: what a start needs, and beside it what only a call, HTTP or the sandbox needs. */
async function bundle(folder) {
  const { build } = await import('esbuild');
  const { buildListing } = await importBundled(join(root, 'src', 'tools', 'listing.ts'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { outputFiles } = await build({
    ...common,
    bundle: true,
    splitting: true,
    external,
    entryPoints: { main: join(root, 'src', 'cli.ts') },
    outdir: folder,
    format: 'esm',
    write: false,
    minify: true,
    keepNames: true,
    chunkNames: '[name]-[hash]',
    define: { __VERSION__: JSON.stringify(version) },
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
    plugins: [readyListing(buildListing()), englishOnly, withoutValidator, lazyChildProcess],
  });
  for (const { path, text } of outputFiles) await writeCommonJs(path, text);
}

/** V8's code cache works for scripts, which CommonJS modules are and ES modules are not. */
async function writeCommonJs(path, text) {
  const { transform } = await import('esbuild');
  const plain = text.replace(
    /^import\{createRequire as \w+\}from"node:module";const require=\w+\(import\.meta\.url\);/m,
    '',
  );
  const { code } = await transform(plain, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    keepNames: false,
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__module.url' },
  });
  // A getter, because few runs ever ask.
  const lazyUrl = 'const __module={get url(){return require("node:url").pathToFileURL(__filename).href}};';
  writeFileSync(path, code.includes('__module.url') ? `${lazyUrl}${code}` : code);
}

/** The library is a module of its own, readable, with its dependencies outside. */
async function bundleLibrary(folder) {
  const { build } = await import('esbuild');
  await build({
    ...common,
    bundle: true,
    packages: 'external',
    entryPoints: [join(root, 'src', 'seal', 'index.ts')],
    // dist/ is CommonJS.
    outfile: join(folder, 'seal', 'index.mjs'),
    format: 'esm',
  });
}

/**
 * Writes the library's declarations into dist/. A start does not need them, and the compiler takes as long as the whole
 * build, so that only a build for others makes them.
 */
export function writeDeclarations() {
  const emitted = join(cache, `declarations.${process.pid}`);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = ['-p', join(root, 'tsconfig.seal.json'), '--outDir', emitted];
  const run = spawnSync(process.execPath, [tsc, ...args], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the declarations could not be made:\n${run.stdout}${run.stderr}`);
  for (const name of readdirSync(emitted)) {
    const text = readFileSync(join(emitted, name), 'utf8');
    const renamed = text.replaceAll(/(from |import\()(['"])(\.\/[^'"]+)\.js\2/g, '$1$2$3.mjs$2');
    writeFileSync(join(dist, 'seal', name.replace(/\.d\.ts$/, '.d.mts')), renamed);
  }
  rmSync(emitted, { recursive: true });
}

/** Runs the program once: at its end the loader writes the cache of what it needed. */
function warmCodeCache(folder) {
  const requests = [
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'build', version: '0' },
      },
    },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 2, method: 'tools/list' },
    // Not answered by the front desk: the SDK is loaded and warm too.
    { jsonrpc: '2.0', id: 3, method: 'resources/list' },
  ];
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const run = spawnSync(process.execPath, [join(folder, 'cli.js'), '--url', 'http://127.0.0.1:9'], {
    input,
    env: { PATH: process.env.PATH, AEGIS_LOG_LEVEL: 'silent' },
    timeout: 60_000,
  });
  if (run.status !== 0) throw new Error(`the built program failed:\n${run.stderr}`);
}

/** Builds beside dist/ and swaps it in whole, so that a program started meanwhile finds all of its files. */
export async function buildAll() {
  const digest = sourceDigest();
  const fresh = `${dist}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await bundle(fresh);
  await bundleLibrary(fresh);
  writeFileSync(join(fresh, 'package.json'), '{"type":"commonjs"}\n');
  cpSync(join(root, 'scripts', 'loader.cjs'), join(fresh, 'cli.js'));
  warmCodeCache(fresh);
  writeFileSync(join(fresh, '.stamp'), digest);
  const old = `${fresh}.old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll();
  writeDeclarations();
}
