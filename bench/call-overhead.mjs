// Median time of a tool call over stdio, minus that of the same request made directly with undici, in turns.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { median, percentile, startChild } from './stdio.mjs';

const cli = join(import.meta.dirname, '..', 'dist', 'cli.js');
const RECORD = JSON.stringify({
  status: 'ready',
  uptime_seconds: 1,
  dependencies: { database: true, temporal: true, cluster_repository: true },
});

function startServer() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(RECORD);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

export async function measureCallOverhead(rounds) {
  const server = await startServer();
  const url = `http://127.0.0.1:${server.address().port}`;
  const child = startChild([cli, '--url', url]);
  await child.handshake();
  const dispatcher = new Agent();
  const direct = async () => (await request(`${url}/health/ready`, { dispatcher })).body.json();
  const through = () => child.request('tools/call', { name: 'health_ready', arguments: {} });
  const time = async (work, into) => {
    const started = performance.now();
    await work();
    into.push(performance.now() - started);
  };
  const [ours, floor, ignored] = [[], [], []];
  for (let round = 0; round < rounds + 50; round += 1) {
    await time(direct, round < 50 ? ignored : floor);
    await time(through, round < 50 ? ignored : ours);
  }
  await child.stop();
  await dispatcher.close();
  server.close();
  const [a, b] = [median(ours), median(floor)];
  return {
    title: 'one call over stdio',
    ours: a,
    floor: b,
    p99: percentile(ours, 0.99),
    value: a - b,
    unit: 'ms above undici',
    bound: 2.0,
  };
}
