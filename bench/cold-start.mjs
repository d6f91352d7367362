// Time from spawn to the answer of tools/list, of this program and of a bare Node loop, in turns.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, startChild } from './stdio.mjs';

const cli = join(import.meta.dirname, '..', 'dist', 'cli.js');

async function timeToList(args) {
  const started = performance.now();
  const child = startChild(args);
  await child.handshake();
  const listed = await child.request('tools/list');
  const elapsed = performance.now() - started;
  await child.stop();
  return { elapsed, listed };
}

export async function measureColdStart(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-mcp-bench-'));
  const program = [cli, '--url', 'http://127.0.0.1:9'];
  const { listed } = await timeToList(program);
  const list = join(folder, 'list.json');
  writeFileSync(list, JSON.stringify(listed));
  const bare = [join(import.meta.dirname, 'bare.cjs'), list];
  const [ours, floor] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    floor.push((await timeToList(bare)).elapsed);
    ours.push((await timeToList(program)).elapsed);
  }
  rmSync(folder, { recursive: true });
  const [a, b] = [median(ours), median(floor)];
  return {
    title: 'cold start to tools/list',
    ours: a,
    floor: b,
    value: a / b,
    unit: 'times the bare loop',
    bound: 2.0,
  };
}
