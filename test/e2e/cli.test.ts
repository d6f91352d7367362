/** The command line of the built program: exit codes, and what goes to stdout and stderr. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { buildListing } from '../../src/tools/listing.js';
import { CLI, cleanEnv, RawStdio, run } from './_program.js';

let sandbox: Sandbox;
let access: Readonly<Record<string, string>>;
beforeAll(async () => {
  sandbox = await startSandbox();
  access = { AEGIS_URL: sandbox.url, AEGIS_TOKEN: await sandbox.issueToken(), AEGIS_JOURNAL: ':memory:' };
});
afterAll(() => sandbox.close());

const ID = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';

/** Two lines: what is wrong, and what to do. Never a stack trace. */
function expectRefusal(stderr: string): void {
  expect(stderr).toMatch(/^Error [a-z_]+( \(HTTP \d+\))?: .+\nNext: .+\n$/);
}

describe('a wrong invocation ends with exit code 2, says why on stderr, and writes nothing to stdout', () => {
  it.each<[string, string[], Record<string, string>, string]>([
    ['an unknown flag', ['--nope'], {}, '--nope'],
    ['an unknown flag after the command', ['tools', '--jsn'], {}, '--jsn'],
    ['a flag without its value', ['--url'], {}, '--url'],
    ['a bad value', ['--port', 'x', 'http'], {}, '--port: must be a whole number from 0 to 65535.'],
    ['a bad value after the command', ['tools', '--toolsets', 'nope'], {}, '--toolsets: '],
    ['a bad environment value', ['tools'], { AEGIS_SEAL: 'maybe' }, 'AEGIS_SEAL: '],
    ['a bad environment value of the default command', [], { AEGIS_URL: 'x' }, 'AEGIS_URL: '],
    [
      'a contradiction',
      ['--sandbox', '--url', 'http://127.0.0.1:1'],
      {},
      '--sandbox (AEGIS_SANDBOX) and --url',
    ],
    ['a secret as a flag', ['--token', 'abc'], {}, '--token'],
    ['an unknown command', ['serve'], {}, 'There is no command "serve".'],
    ['an argument of a command without any', ['stdio', 'x'], {}, 'stdio takes no arguments.'],
    ['an argument too many', ['tools', 'x'], {}, 'tools'],
    ['a call without a name', ['call'], {}, 'name'],
    ['a call with bad JSON', ['call', 'whoami', '{"a":'], {}, 'The arguments are not JSON'],
    ['no orchestrator for call', ['call', 'whoami'], {}, '--url (AEGIS_URL)'],
    ['no orchestrator for http', ['http', '--port', '0'], {}, '--url (AEGIS_URL)'],
    ['http beyond loopback', ['http', '--sandbox', '--host', '0.0.0.0'], {}, '0.0.0.0'],
    ['a sandbox beyond loopback', ['sandbox', '--host', '0.0.0.0'], {}, 'loopback only'],
    ['a sandbox with an unusable folder', ['sandbox', '--data', '/dev/null/x'], {}, 'ENOTDIR'],
    ['stdio with an unusable folder', ['--sandbox', '--data', '/dev/null/x'], {}, '--data (AEGIS_DATA)'],
    [
      'a token that no header can carry',
      ['call', 'whoami', '--url', 'http://127.0.0.1:1'],
      { AEGIS_TOKEN: 'a b' },
      'token',
    ],
  ])('%s', async (_title, args, env, named) => {
    const { code, stdout, stderr } = await run(args, { env });
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  it.each([['sandbox'], ['http']])('%s on a port in use', async (command) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const url = command === 'http' ? ['--url', sandbox.url] : [];
    const { code, stdout, stderr } = await run([command, '--port', String(port), ...url]);
    expect([code, stdout]).toEqual([2, '']);
    expectRefusal(stderr);
    expect(stderr).toContain(`${port}`);
    expect(stderr).toContain('--port 0');
    taken.close();
  });

  it('a second sandbox on the data of one that runs', async () => {
    const data = mkdtempSync(join(tmpdir(), 'aegis-mcp-'));
    onTestFinished(() => rmSync(data, { recursive: true }));
    const first = spawn(process.execPath, [CLI, 'sandbox', '--port', '0', '--data', data], {
      env: cleanEnv(),
    });
    await once(first.stderr, 'data');
    const { code, stdout, stderr } = await run(['call', 'whoami', '--sandbox', '--data', data]);
    expect([code, stdout]).toEqual([2, '']);
    expectRefusal(stderr);
    expect(stderr).toContain('is in use by the sandbox of process');
    first.kill('SIGTERM');
    expect(await once(first, 'close')).toEqual([0, null]);
  });
});

describe('help and version', () => {
  it.each([['--version'], ['-V']])('%s prints the version of the package', async (flag) => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
    );
    expect(await run([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([[['--help']], [['help']], [['tools', '--help']]])(
    '%j prints options with their variables',
    async (args) => {
      const { code, stdout, stderr } = await run(args);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('--toolsets');
      expect(stdout).toContain('AEGIS_TOOLSETS; default core');
    },
  );
});

describe('tools', () => {
  it('prints a line a tool with its effect', async () => {
    const { code, stdout, stderr } = await run(['tools', '--toolsets', 'approvals']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      [
        'whoami                          read         Who am I',
        'list_pending_approvals          read         List pending approvals',
        'get_pending_approval            read         Get pending approval',
        'approve_request                 destructive  Approve request',
        'reject_request                  destructive  Reject request',
        '',
      ].join('\n'),
    );
  });

  it('--json prints the list that the rows make: what the bundle carries is not stale', async () => {
    const { code, stdout } = await run(['tools', '--json', '--toolsets', 'all']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ tools: buildListing().map(({ tool }) => tool) });
  });

  it('--read-only leaves out what changes anything', async () => {
    const { stdout } = await run(['tools', '--read-only', '--toolsets', 'all']);
    expect(stdout).toContain('get_agent');
    expect(stdout).not.toMatch(/write|destructive|deploy_agent/);
  });

  it('obeys the environment, and a flag before it', async () => {
    const env = { AEGIS_TOOLSETS: 'approvals' };
    expect((await run(['tools'], { env })).stdout.split('\n')).toHaveLength(6);
    expect((await run(['tools', '--toolsets', 'seal'], { env })).stdout).not.toContain('approve_request');
  });

  it('ends quietly when its reader has left', async () => {
    const child = spawn(process.execPath, [CLI, 'tools', '--json', '--toolsets', 'all'], { env: cleanEnv() });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stderr).toBe('');
  });
});

describe('call', () => {
  it('prints the result as JSON alone and ends with 0', async () => {
    const { code, stdout, stderr } = await run(['call', 'health_ready'], { env: access });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ready' });
  });

  it('reaches tools beyond the default surface, unless one is chosen', async () => {
    expect((await run(['call', 'health_live'], { env: access })).code).toBe(0);
    const narrow = await run(['call', 'health_live', '--toolsets', 'agents'], { env: access });
    expect([narrow.code, narrow.stdout]).toEqual([1, '']);
    expect(narrow.stderr).toContain('--toolsets core,system or all');
  });

  it('reads its arguments from stdin', async () => {
    const stdin = JSON.stringify({ limit: 1 });
    const { code, stdout } = await run(['call', 'list_executions', '-'], { env: access, stdin });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ executions: [] });
  });

  it('refuses nothing on stdin as no JSON', async () => {
    const { code, stdout, stderr } = await run(['call', 'list_executions', '-'], { env: access, stdin: '' });
    expect([code, stdout]).toEqual([2, '']);
    expectRefusal(stderr);
  });

  it.each<[string, string[], RegExp]>([
    ['by the server', ['get_agent', JSON.stringify({ agent_id: ID })], /^Error not_found \(HTTP 404\): /],
    ['by the arguments', ['get_agent', '{"id":"x"}'], /^Error invalid_arguments: .*"id"/],
    ['by arguments that are no object', ['get_agent', '[]'], /must be an object/],
    ['by an unknown name', ['get_agnt'], /^Error unknown_tool: .*Did you mean get_agent\?/],
  ])(
    'that is refused %s ends with 1, the reason on stderr, nothing on stdout',
    async (_title, args, reason) => {
      const { code, stdout, stderr } = await run(['call', ...args], { env: access });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(reason);
    },
  );

  it('says that nobody listens at the address', async () => {
    const { code, stdout, stderr } = await run(['call', 'list_agents', '--url', 'http://127.0.0.1:1']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Error unreachable: /);
    expectRefusal(stderr);
  });

  it('shows progress on stderr and the digest on stdout', async () => {
    const manifest = { name: 'counter', language: 'python', instruction: 'Count.' };
    const deployed = await run(['call', 'deploy_agent', JSON.stringify(manifest)], { env: access });
    const { agent_id } = JSON.parse(deployed.stdout);
    const started = await run(['call', 'start_execution', JSON.stringify({ agent_id, input: 'x' })], {
      env: access,
    });
    const { execution_id } = JSON.parse(started.stdout);
    const { code, stdout, stderr } = await run(
      ['call', 'stream_execution', JSON.stringify({ execution_id })],
      {
        env: access,
      },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', terminal: true });
    expect(stderr.split('\n').length).toBeGreaterThan(2);
  });
});

describe('stdio without an orchestrator', () => {
  it('lists tools, and says what to set when one is called', async () => {
    const raw = new RawStdio(['--log-level', 'silent']);
    await raw.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw', version: '0' },
    });
    raw.notify('notifications/initialized');
    const listed = Object(await raw.request('tools/list')).result;
    expect(Object(listed).tools.length).toBeGreaterThan(20);
    const { result } = await raw.request('tools/call', { name: 'list_agents', arguments: {} });
    expect(result).toMatchObject({
      isError: true,
      content: [
        {
          type: 'text',
          text:
            'Error invalid_configuration: No orchestrator is configured.\n' +
            'Next: Give its address with --url (AEGIS_URL), or try the embedded one with --sandbox.',
        },
      ],
    });
    expect(await raw.end()).toBe(0);
  });
});

describe('sandbox', () => {
  it('prints what a client needs, and that is enough for one', async () => {
    const child = spawn(process.execPath, [CLI, 'sandbox', '--port', '0'], { env: cleanEnv() });
    let stderr = '';
    for await (const chunk of child.stderr) {
      stderr += String(chunk);
      if (stderr.includes('OAuth:')) break;
    }
    const env = Object.fromEntries(
      [...stderr.matchAll(/(AEGIS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    const { AEGIS_TOKEN, AEGIS_URL = '', ...oauth } = env;
    for (const credential of [{ AEGIS_TOKEN: AEGIS_TOKEN ?? '' }, oauth]) {
      const called = await run(['call', 'list_agents'], { env: { AEGIS_URL, ...credential } });
      expect([called.code, JSON.parse(called.stdout)]).toEqual([0, { agents: [] }]);
    }
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});
