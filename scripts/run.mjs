// Runs a task after doing all of its set-up: install when node_modules is behind the lockfile, build when stale.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

function install() {
  const stamp = join(root, 'node_modules', '.aegis-mcp-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
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
  writeFileSync(stamp, wanted);
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
