/** The packed package in a folder of its own: the SEAL library as a program in JavaScript and one in TypeScript use it. */
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDeclarations } from '../../scripts/build.mjs';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const home = mkdtempSync(join(tmpdir(), 'aegis-mcp-package-'));
const installed = join(home, 'node_modules', 'aegis-mcp');
let sandbox: Sandbox;

/** Makes a package of this project's node_modules visible in the folder. */
function link(name: string): void {
  const place = join(home, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), place);
}

/** Writes a program and returns its path. */
function write(name: string, text: string): string {
  const file = join(home, name);
  writeFileSync(file, text);
  return file;
}

async function runProgram(name: string, text: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [write(name, text), ...args], { cwd: home });
  return JSON.parse(stdout);
}

beforeAll(async () => {
  writeDeclarations();
  // As npm installs it, without a registry: the packages it depends on are linked by the tests that need them.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', home];
  await run('npm', pack, { cwd: root });
  mkdirSync(installed, { recursive: true });
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz')) ?? '';
  await run('tar', ['-xzf', join(home, tarball), '-C', installed, '--strip-components=1']);
  link('@noble/ed25519');
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true });
});

describe('aegis-mcp/seal', () => {
  it('attests, calls a tool and disposes, with @noble/ed25519 as its one dependency', async () => {
    const program = `
      import { SEALClient, SEALError } from 'aegis-mcp/seal';
      const [url, bearer] = process.argv.slice(2);
      const seal = new SEALClient(url, 'my-workload', 'aegis-system-operator', { bearer, fields: { tenant_id: 'aegis-system' } });
      const { security_token, expires_at } = await seal.attest();
      const result = await seal.callTool('aegis.agent.list', {});
      seal.dispose();
      const late = await seal.callTool('aegis.agent.list', {}).catch((error) => error);
      console.log(JSON.stringify({
        parts: security_token.split('.').length,
        isLater: Date.parse(expires_at) > Date.now(),
        result,
        late: [late instanceof SEALError, late.code],
      }));`;
    const token = await sandbox.issueToken();
    expect(await runProgram('call.mjs', program, sandbox.url, token)).toEqual({
      parts: 3,
      isLater: true,
      result: { tool: 'aegis.agent.list', agents: [], count: 0 },
      late: [true, 'not_attested'],
    });
  });

  it('has the published names, synchronous', async () => {
    const program = `
      import * as seal from 'aegis-mcp/seal';
      const key = seal.Ed25519Key.generate();
      const payload = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
      const envelope = seal.createSealEnvelope('t.o.k', payload, key);
      const verified = seal.verifySealEnvelope(envelope, key.getPublicKeyBytes());
      const bytes = seal.createCanonicalMessage('t.o.k', payload, 1771338721);
      let refusal;
      try { seal.verifySealEnvelope({ ...envelope, protocol: 'smcp/v1' }, key.getPublicKeyBytes()); }
      catch (error) { refusal = [error instanceof seal.SEALError, error.name, error.code, error.wireCode]; }
      key.erase();
      console.log(JSON.stringify({ verified, bytes: Buffer.from(bytes).toString(), refusal }));`;
    expect(await runProgram('names.mjs', program)).toEqual({
      verified: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      bytes:
        '{"payload":{"id":1,"jsonrpc":"2.0","method":"tools/list"},"security_token":"t.o.k","timestamp":1771338721}',
      refusal: [true, 'SEALError', 'malformed', 1000],
    });
  });

  it('opens an SQLite store where libsql is installed', async () => {
    link('libsql');
    const program = `
      import { SqliteReplayStore } from 'aegis-mcp/seal';
      const store = await SqliteReplayStore.open('replay.db');
      const claims = [store.claim('a', Date.now() + 1000), store.claim('a', Date.now() + 1000)];
      store.close();
      console.log(JSON.stringify(claims));`;
    expect(await runProgram('store.mjs', program)).toEqual([true, false]);
  });

  const CONSUMER = `
    import {
      type AttestationResult, createCanonicalMessage, createSealEnvelope, Ed25519Key, type McpPayload,
      SEALClient, type SealEnvelope, SEALError, type SealErrorCode, verifySealEnvelope, type AsyncReplayStore,
    } from 'aegis-mcp/seal';
    const seal = new SEALClient('https://node.example', 'my-workload', 'default', { bearer: 'aegis_key' });
    export const attest: () => Promise<AttestationResult> = () => seal.attest();
    export const call: Promise<unknown> = seal.callTool('read_file', { path: '/workspace/main.ts' });
    const key: Ed25519Key = Ed25519Key.fromSeed(new Uint8Array(32));
    const text: string = key.signBase64(key.sign(createCanonicalMessage('t', {}, 1)));
    const payload: McpPayload = { jsonrpc: '2.0', id: text, method: 'tools/list' };
    const envelope: SealEnvelope = createSealEnvelope('t', payload, key);
    export const now: McpPayload = verifySealEnvelope(envelope, key.getPublicKeyBytes(), 30);
    export const later = (replay: AsyncReplayStore): Promise<McpPayload> =>
      verifySealEnvelope(envelope, key.getPublicKeyBytes(), 30, { replay });
    export function codeOf(error: unknown): SealErrorCode | undefined {
      return error instanceof SEALError ? error.code : undefined;
    }
    // @ts-expect-error the codes are a closed union
    export const unknownCode: SealErrorCode = 'no_such_code';
    // @ts-expect-error a promise is not a payload
    export const wrong: McpPayload = verifySealEnvelope(envelope, key.getPublicKeyBytes(), 30, { replay: { claim: async () => true } });
    seal.dispose();
    key.erase();`;

  it.each([
    ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('has declarations that compile with resolution %s, strict', (name, module, moduleResolution) => {
    const options: ts.CompilerOptions = {
      module,
      moduleResolution,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    };
    const program = ts.createProgram([write(`consumer-${name}.mts`, CONSUMER)], options);
    // What the package declares is checked as well, other than by skipLibCheck; Node's own types are not.
    const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(home));
    expect(ours.length).toBeGreaterThan(15);
    const diagnostics = ours.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
    expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual(
      [],
    );
  });

  it('is all that can be imported', async () => {
    const program = `
      const outcome = (name) => import(name).then(() => 'imported', (error) => error.code);
      console.log(JSON.stringify(await Promise.all(['aegis-mcp', 'aegis-mcp/dist/main.js'].map(outcome))));`;
    expect(await runProgram('paths.mjs', program)).toEqual([
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    ]);
  });
});

it('the program is in the package too, and tells its version', async () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const { stdout } = await run(process.execPath, [join(installed, manifest.bin['aegis-mcp']), '--version']);
  expect(stdout.trim()).toBe(manifest.version);
});
