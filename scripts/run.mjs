// Runs a task after doing all of its set-up: install when node_modules is behind the lockfile, build when stale.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...args] = process.argv.slice(2);
const say = (text) => process.stderr.write(`${text}\n`);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`aegis-mcp needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(2);
}

/** Packages by folder, as npm has installed them: its own record in node_modules, which every way of installing writes. */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Whether node_modules is what the lockfile says; packages of other platforms are missing rightly. */
function isInstalled() {
  const installed = packagesIn('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  const { '': _root, ...wanted } = packagesIn('package-lock.json');
  return Object.entries(wanted).every(([folder, { integrity, optional = false }]) =>
    installed[folder] === undefined ? optional : installed[folder].integrity === integrity,
  );
}

function install() {
  if (isInstalled()) return;
  say('Installing packages (npm ci)…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (run.status !== 0) {
    say('npm ci failed: see above; check the network and the npm registry, then run the command again.');
    process.exit(1);
  }
}

async function build() {
  const { buildAll, isStale } = await import('./build.mjs');
  if (!isStale()) return;
  say('Building…');
  await buildAll();
}

/** Runs a program in the foreground; signals reach it through the process group or are passed on. */
function runProgram(program, programArgs, env = {}) {
  const child = spawn(program, programArgs, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

const node = (script, ...rest) => runProgram(process.execPath, [join(root, script), ...rest]);
const bin = (name, ...rest) => runProgram(process.execPath, [join(root, 'node_modules', ...name), ...rest]);

const tasks = {
  start: () => {
    const wired =
      process.env.AEGIS_URL || args.some((arg) => arg.startsWith('--url') || arg.startsWith('--sandbox'));
    node('dist/cli.js', 'http', ...(wired ? [] : ['--sandbox']), ...args);
  },
  test: () => bin(['vitest', 'vitest.mjs'], 'run', ...args),
  demo: () => node('examples/demo.mjs', ...args),
  bench: () => node('bench/run.mjs', ...args),
  docs: async () => {
    const { importBundled } = await import('./build.mjs');
    const { writeDocs } = await importBundled(join(root, 'scripts', 'docs.ts'));
    process.exitCode = writeDocs(root, args.includes('--check'));
  },
};

if (!Object.hasOwn(tasks, task ?? '')) {
  say(`Unknown task ${task}; tasks: ${Object.keys(tasks).join(', ')}.`);
  process.exit(2);
}
install();
await build();
await tasks[task]();
