/** Any arguments: a tool answers or refuses, the sandbox never fails unmeant, and only the row's own paths are called. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { buildListing } from '../../src/tools/listing.js';
import { registry } from '../../src/tools/registry.js';
import { type Arguments, allowedBy, refusedBy } from './_arguments.js';
import { Judge } from './_contract.js';
import { type Recorded, type Recorder, startRecorder } from './_recorder.js';
import { type Called, openTools, type Tools } from './_tools.js';

const listing = buildListing();
/** The same arguments every time; PROPERTY_SEED and PROPERTY_RUNS look further. */
const CHOICE = {
  seed: Number(process.env.PROPERTY_SEED ?? 20_260_508),
  numRuns: Number(process.env.PROPERTY_RUNS ?? 12),
};

/** Whether a request is one that the row declares. */
function isOf(tool: string, { method, path }: Recorded): boolean {
  const asked = `${method} ${path.split('?')[0]}`;
  const row = registry[tool];
  const wires = [row?.live, row?.documented, ...(row?.reads ?? [])];
  return wires.some((wire) => {
    if (wire === undefined) return false;
    const pattern = wire.route
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{\\\*\w+\}/g, '.+')
      .replace(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(asked);
  });
}

const judges = { orchestrator: new Judge('orchestrator'), gateway: new Judge('gateway') };

/** Ids, times and addresses are whatever the caller gave: their form is the server's to judge. */
const GIVEN = /must match (format|pattern)|must be (>=|<=)|must NOT have (more|fewer)/;

/** What a caller may ask for in the published form or at an own risk, and only the server can refuse. */
const LEFT_TO_THE_SERVER: Readonly<Record<string, RegExp>> = {
  update_agent_scope: /^body\/target_scope: must be equal to one of the allowed values$/,
  update_workflow_scope: /^body\/target_scope: must be equal to one of the allowed values$/,
  rotate_credential: /^body: must have required property 'value'$/,
  ingest_temporal_event: /^body .*: is not read by ingestTemporalEvent$|^body\/\w+: must be/,
  gateway_invoke: /^body\/payload/,
  invoke_seal: /^body\/(protocol|payload)/,
  // An id that is no UUID fits none of the forms.
  create_canvas_session: /^body\/workspace_mode/,
  upload_file: /^path id: must (match a schema in anyOf|be equal to constant)$/,
};

/** What a request has that the contract of its server does not take. */
function problemsOf(tool: string, request: Recorded): string[] {
  const judge = judges[registry[tool]?.server ?? 'orchestrator'];
  const meant = LEFT_TO_THE_SERVER[tool];
  return judge
    .checkRequest(request)
    .filter((problem) => !GIVEN.test(problem) && meant?.test(problem) !== true);
}

describe.each(['live', 'documented'] as const)('on a server of the %s routes', (dialect) => {
  const faults: unknown[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'aegis-property-'));
  let sandbox: Sandbox;
  let recorders: readonly Recorder[];
  let tools: Tools;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect, pace: 0, onFault: (error) => void faults.push(error) });
    recorders = await Promise.all([startRecorder(sandbox.url), startRecorder(sandbox.gatewayUrl)]);
    const [orchestrator, gateway] = recorders;
    const env = {
      AEGIS_TOKEN: await sandbox.issueToken(),
      AEGIS_GATEWAY_TOKEN: await sandbox.issueGatewayToken(),
    };
    const flags = {
      url: orchestrator?.url ?? '',
      gatewayUrl: gateway?.url ?? '',
      seal: 'off',
      fileRoots: folder,
      dialect,
    };
    tools = openTools(flags, env);
  });
  afterAll(async () => {
    await tools.close();
    await Promise.all(recorders.map((recorder) => recorder.close()));
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const asked = (): Recorded[] => recorders.flatMap((recorder) => recorder.take());

  async function call(tool: string, args: Arguments): Promise<Called> {
    asked();
    faults.length = 0;
    const called = await tools.call(tool, args);
    const requests = asked();
    expect(requests.filter((request) => !isOf(tool, request))).toEqual([]);
    if (dialect === 'live') expect(requests.flatMap((request) => problemsOf(tool, request))).toEqual([]);
    expect(faults).toEqual([]);
    expect(called.text).not.toMatch(/^Error internal/);
    if (called.isError) expect(called.text).toMatch(/^Error [a-z_]+/);
    return called;
  }

  it.each(listing.map(({ tool }) => [tool.name, tool.inputSchema] as const))(
    '%s takes what its schema allows',
    async (name, schema) => {
      const property = fc.asyncProperty(allowedBy(schema), async (args) => void (await call(name, args)));
      await fc.assert(property, CHOICE);
    },
  );

  it.each(listing.map(({ tool }) => [tool.name, tool.inputSchema] as const))(
    '%s refuses what its schema does not allow, and asks nothing',
    async (name, schema) => {
      const property = fc.asyncProperty(refusedBy(schema), async (args) => {
        const { isError, text } = await tools.call(name, args);
        expect([isError, text.slice(0, 24)], JSON.stringify(args)).toEqual([
          true,
          'Error invalid_arguments:',
        ]);
        expect(asked()).toEqual([]);
      });
      await fc.assert(property, CHOICE);
    },
  );
});
