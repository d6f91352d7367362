/** The program killed amid sensitive calls: whatever the orchestrator has executed is in the journal. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { agentManifest } from './_manifests.js';
import { RawStdio, run } from './_program.js';
import { type Json, openTools } from './_tools.js';

const CALLS = 100;

let sandbox: Sandbox;
let folder: string;
let env: { AEGIS_TOKEN: string };
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  folder = mkdtempSync(join(tmpdir(), 'aegis-crash-'));
  env = { AEGIS_TOKEN: await sandbox.issueToken() };
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

interface Witness {
  readonly url: string;
  /** Bodies of the calls that went to the orchestrator, as they were sent. */
  readonly bodies: readonly string[];
  /** Resolves when so many have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves when the orchestrator has answered everything that was passed on. */
  settled(): Promise<void>;
}

/** A loopback proxy that keeps what was asked of `path`, and passes it on whatever becomes of the asker. */
async function startWitness(path: string): Promise<Witness> {
  const bodies: string[] = [];
  let open = 0;
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const pieces: Buffer[] = [];
    // A request that breaks off midway is not passed on.
    const body = await incoming
      .forEach((piece: Buffer) => void pieces.push(piece))
      .then(
        () => Buffer.concat(pieces),
        () => undefined,
      );
    if (body === undefined) return;
    if (method === 'POST' && url === path) bodies.push(body.toString());
    open += 1;
    const onward = forward(`${sandbox.url}${url}`, { method, headers }, (answer) => {
      answer.once('close', () => (open -= 1));
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    outgoing.on('error', () => undefined);
    onward.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    arrived: (count) => until(() => bodies.length >= count),
    settled: () => until(() => open === 0),
  };
}

async function openProgram(args: readonly string[]): Promise<RawStdio> {
  const program = new RawStdio([...args, '--log-level', 'silent', '--toolsets', 'all'], env);
  await program.request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'crash', version: '0' },
  });
  program.notify('notifications/initialized');
  return program;
}

const deploy = (program: RawStdio, name: string) =>
  program.request('tools/call', { name: 'deploy_agent', arguments: { manifest: agentManifest(name) } });

/** Names of the agents that the orchestrator has. */
async function deployed(prefix: string): Promise<string[]> {
  const tools = openTools({ url: sandbox.url }, env);
  const { agents } = await tools.must('list_agents');
  await tools.close();
  const names = Array.isArray(agents) ? agents.map((agent: Json) => String(agent.name)) : [];
  return names.filter((name) => name.startsWith(prefix));
}

function receiptsIn(journal: string): Json[] {
  const database = new Libsql(journal);
  const rows: unknown[] = database.prepare('SELECT entry FROM entries ORDER BY seq').all();
  database.close();
  return rows
    .map((row): Json => JSON.parse(String(Object(row).entry)))
    .filter(({ kind }) => kind === 'begin');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe.each([
  {
    seal: 'required',
    path: '/v1/seal/invoke',
    /** What ties a call as sent to its receipt. */
    sentAs: (body: string): unknown => JSON.parse(body).payload.id,
    recordedAs: (payload: Json) => payload.id,
  },
  {
    seal: 'off',
    path: '/v1/agents',
    sentAs: sha256,
    recordedAs: (payload: Json) => payload.body_sha256,
  },
])('killed amid $seal-signed calls', ({ seal, path, sentAs, recordedAs }) => {
  it('the journal is sound and holds every call that was executed', async () => {
    const witness = await startWitness(path);
    const journal = join(folder, `${seal}.db`);
    const args = ['--url', witness.url, '--journal', journal, '--seal', seal];
    const prefix = `crash-${seal}-`;
    const program = await openProgram(args);
    const ended = once(program.child, 'close');
    for (let n = 0; n < CALLS; n++) void deploy(program, `${prefix}${String(n).padStart(3, '0')}`);
    await witness.arrived(10 + Math.floor(Math.random() * 60));
    program.child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    await witness.settled();

    const { code, stdout } = await run(['seal', 'verify-journal', journal]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('is sound')]);
    const recorded = new Set(receiptsIn(journal).map(({ envelope }) => recordedAs(Object(envelope).payload)));
    const executed = await deployed(prefix);
    expect(executed.length).toBeGreaterThanOrEqual(5);
    const sentFor = (name: string) => witness.bodies.find((body) => body.includes(name)) ?? '';
    expect(executed.filter((name) => !recorded.has(sentAs(sentFor(name))))).toEqual([]);

    const again = await openProgram(args);
    expect(await deploy(again, `${prefix}after`)).toMatchObject({ result: { structuredContent: {} } });
    expect(await again.end()).toBe(0);
    const after = await run(['seal', 'verify-journal', journal, '--json']);
    expect([after.code, JSON.parse(after.stdout).files]).toEqual([0, [`${seal}.db`]]);
    expect(receiptsIn(journal)).toHaveLength(recorded.size + 1);
  });
});
