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

/** Calls under way at any time: whenever one ends, another begins. */
const AT_ONCE = 100;

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
  /** Has `hit` called when so many have arrived, at once. */
  onArrival(count: number, hit: () => void): void;
  /** Resolves when the orchestrator has answered everything that was passed on. */
  settled(): Promise<void>;
}

/** A loopback proxy that keeps what was asked of `path`, and passes it on whatever becomes of the asker. */
async function startWitness(path: string): Promise<Witness> {
  const bodies: string[] = [];
  let awaited = { count: 0, hit: (): void => undefined };
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
    if (method === 'POST' && url === path && bodies.push(body.toString()) === awaited.count) awaited.hit();
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
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    onArrival: (count, hit) => {
      awaited = { count, hit };
    },
    settled: async () => {
      // What the killed process had sent may still be on its way through the loopback.
      for (let quiet = 0; quiet < 10; quiet = open === 0 ? quiet + 1 : 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

async function openProgram(args: readonly string[]): Promise<RawStdio> {
  const program = new RawStdio([...args, '--log-level', 'silent', '--toolsets', 'all'], env);
  // A request may be written when the program has just been killed.
  program.child.stdin.on('error', () => undefined);
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
    witness.onArrival(20 + Math.floor(Math.random() * 180), () => program.child.kill('SIGKILL'));
    let started = 0;
    const keepGoing = async (): Promise<void> => {
      await deploy(program, `${prefix}${String(started++).padStart(4, '0')}`);
      await keepGoing();
    };
    for (let n = 0; n < AT_ONCE; n++) void keepGoing();
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
