import { describe, expect, it } from 'vitest';
import { shareSandbox } from '../_sandbox.js';
import { openSession, operator } from './_gateway.js';

const sandbox = shareSandbox();
const tool = (parts: object = {}) => ({
  name: 'kubectl',
  description: 'Reads a cluster.',
  docker_image: 'kubectl:1.29',
  allowed_subcommands: ['get', 'logs'],
  require_semantic_judge: false,
  default_timeout_seconds: 60,
  ...parts,
});
const fsal_mounts = [{ volume_id: 'v', mount_path: '/workspace', remote_path: '/', read_only: true }];

describe('CLI tools', () => {
  it('are overwritten by name, whoever had it', async () => {
    const acme = await operator(sandbox(), { tenant: 'acme' });
    const other = await operator(sandbox(), { tenant: 'other' });
    expect((await acme('POST', '/v1/cli-tools', { json: tool() })).json).toEqual({ saved: true });
    expect((await acme('GET', '/v1/cli-tools')).json).toEqual([
      {
        name: 'kubectl',
        description: 'Reads a cluster.',
        docker_image: 'kubectl:1.29',
        allowed_subcommands: ['get', 'logs'],
        require_semantic_judge: false,
      },
    ]);
    await other('POST', '/v1/cli-tools', { json: tool({ description: 'Theirs.' }) });
    expect((await acme('GET', '/v1/cli-tools')).json).toEqual([]);
    for (const name of ['kubectl', 'kubectl', 'nothing']) {
      expect((await acme('DELETE', `/v1/cli-tools/${name}`)).json).toEqual({ deleted: true });
    }
    expect((await other('GET', '/v1/cli-tools')).json).toEqual([]);
  });

  it.each([
    [{ name: '' }, 400, 'name must not be blank'],
    [{ docker_image: ' ' }, 400, 'docker_image must not be blank'],
    [{ allowed_subcommands: [] }, 400, 'allowed_subcommands must not be empty'],
    [{ default_timeout_seconds: 301 }, 400, 'default_timeout_seconds must be at most 300'],
    [{ default_timeout_seconds: -1 }, 422, undefined],
    [{ default_timeout_seconds: 1.5 }, 422, undefined],
    [{ registry_credential_path: { kind: 'Static', key: 'x' } }, 422, undefined],
    [{ default_timeout_seconds: 0, registry_credential_path: null }, 200, undefined],
  ])('with %j are %i', async (parts, status, error) => {
    const call = await operator(sandbox());
    const answer = await call('POST', '/v1/cli-tools', { json: tool(parts) });
    expect([answer.status, answer.json?.error]).toEqual([status, error]);
  });
});

describe('a run', () => {
  async function run(args: unknown, parts: object = {}) {
    const call = await operator(sandbox());
    await call('POST', '/v1/cli-tools', { json: tool(parts) });
    const { status, json } = await (await openSession(sandbox())).call('kubectl', args);
    return [status, json.result ?? json.error];
  }

  it('prints its command line; what is no text among the args is dropped', async () => {
    expect(await run({ subcommand: 'get', args: ['pods', 7, null, '-A'], fsal_mounts })).toEqual([
      200,
      { exit_code: 0, stdout: 'sandbox: kubectl:1.29 get pods -A\n', stderr: '' },
    ]);
  });

  it('ends with the code it is told, which is no error of the call', async () => {
    expect(await run({ subcommand: 'get', args: ['--sandbox-exit=3'], fsal_mounts })).toEqual([
      200,
      {
        exit_code: 3,
        stdout: 'sandbox: kubectl:1.29 get --sandbox-exit=3\n',
        stderr: 'sandbox: kubectl ended with exit code 3\n',
      },
    ]);
  });

  it('cuts its output at one MiB', async () => {
    const [status, result] = await run({ subcommand: 'get', args: ['x'.repeat(1_500_000)], fsal_mounts });
    expect([status, result.stdout.length]).toEqual([200, 1_048_576]);
  });

  it.each([
    [null, 400, "cli tool argument 'subcommand' must be a string"],
    [{ subcommand: 7, fsal_mounts }, 400, "cli tool argument 'subcommand' must be a string"],
    [{ subcommand: 'get' }, 400, "cli tool argument 'fsal_mounts' must be a non-empty array of mounts"],
    [
      { subcommand: 'get', fsal_mounts: [] },
      400,
      "cli tool argument 'fsal_mounts' must be a non-empty array of mounts",
    ],
    [
      { subcommand: 'rm', fsal_mounts: [{ volume_id: 'v' }] },
      400,
      "cli tool argument 'fsal_mounts' must be a non-empty array of mounts",
    ],
    [
      { subcommand: 'get', fsal_mounts: [{ ...fsal_mounts[0], read_only: 'yes' }] },
      400,
      "cli tool argument 'fsal_mounts' must be a non-empty array of mounts",
    ],
    [{ subcommand: 'rm', fsal_mounts }, 403, 'forbidden'],
    [{ subcommand: 'Get', fsal_mounts }, 403, 'forbidden'],
  ])('with arguments %j is %i', async (args, status, error) => {
    expect(await run(args)).toEqual([status, error]);
  });

  it('asks the judge only where one is required', async () => {
    const reject = { subcommand: 'get', args: ['--sandbox-judge=reject'], fsal_mounts };
    const down = { subcommand: 'get', args: ['--sandbox-judge=down'], fsal_mounts };
    expect((await run(reject))[0]).toBe(200);
    expect(await run(reject, { require_semantic_judge: true })).toEqual([403, 'forbidden']);
    expect(await run(down, { require_semantic_judge: true })).toEqual([
      500,
      'internal error: semantic judge request failed',
    ]);
    expect((await run({ subcommand: 'get', fsal_mounts }, { require_semantic_judge: true }))[0]).toBe(200);
  });

  it('ends at its time-out, and at once with none', async () => {
    const args = { subcommand: 'get', args: ['--sandbox-sleep=0.01'], fsal_mounts };
    expect((await run(args))[0]).toBe(200);
    const timeout = [500, 'internal error: cli invocation timeout'];
    expect(await run(args, { default_timeout_seconds: 0 })).toEqual(timeout);
    expect(await run({ ...args, args: ['--sandbox-sleep=9'] }, { default_timeout_seconds: 1 })).toEqual(
      timeout,
    );
  });

  it('needs the credential of its registry', async () => {
    const args = { subcommand: 'get', fsal_mounts };
    const from = (registry_credential_path: object) => run(args, { registry_credential_path });
    expect((await from({ StaticRef: { key: 'ghcr-token' } }))[0]).toBe(200);
    expect(await from({ UserBound: { provider: 'ghcr' } })).toEqual([401, 'unauthorized']);
    expect((await from({ StaticRef: { key: 'nowhere' } }))[0]).toBe(500);
  });
});
