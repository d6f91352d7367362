// The main job on real input: a real MCP client starts aegis-mcp over stdio on the embedded sandbox, deploys the
// example agents, follows an execution, runs a workflow that waits for a person, answers the approval, keeps the
// result in a volume, and makes an HTTP API a tool of the SEAL gateway.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const here = import.meta.dirname;
const say = (text) => process.stdout.write(`${text}\n`);
const TEXT = 'Every agent leaves a trace, and every trace can be counted.';
const CHANGES = 'Adds a sandbox. Fixes time-outs of long streams. Signs sensitive calls.';

/** Calls a tool; a failure ends the demo with what the server said. */
async function call(client, name, args = {}, onprogress) {
  const options = onprogress === undefined ? {} : { onprogress };
  const result = await client.callTool({ name, arguments: args }, options);
  if (result.isError) throw new Error(`${name}: ${result.content[0]?.text}`);
  return result.structuredContent;
}

const printProgress = ({ message }) => say(`    … ${message}`);

async function deployAgents(client) {
  const folder = join(here, 'agents');
  for (const file of readdirSync(folder).sort()) {
    const { agent_id } = await call(client, 'deploy_agent', {
      manifest: readFileSync(join(folder, file), 'utf8'),
    });
    say(`  ${file} is agent ${agent_id}`);
  }
}

async function execute(client) {
  const { agent_id } = await call(client, 'lookup_agent', { name: 'word-counter' });
  const { execution_id } = await call(client, 'start_execution', { agent_id, input: TEXT });
  say(`  execution ${execution_id} of word-counter`);
  const digest = await call(client, 'stream_execution', { execution_id }, printProgress);
  say(`  ${digest.status}: ${digest.final_output}`);
  if (digest.status !== 'completed') throw new Error(`the execution ended as ${digest.status}`);
}

async function pendingApproval(client, executionId) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { pending_requests } = await call(client, 'list_pending_approvals');
    const found = pending_requests.find((request) => request.execution_id === executionId);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no approval was requested');
}

async function runWorkflow(client) {
  const payload = readFileSync(join(here, 'workflows', 'review-and-publish.yaml'), 'utf8');
  const { name } = await call(client, 'register_workflow', { payload });
  const { execution_id } = await call(client, 'run_workflow', {
    name,
    input: { changes: CHANGES, release: '1.4.0' },
  });
  say(`  execution ${execution_id} of workflow ${name}`);
  const logs = call(client, 'stream_workflow_execution_logs', { execution_id }, printProgress);
  const approval = await pendingApproval(client, execution_id);
  say(`  A person is asked: ${approval.prompt}`);
  const { status } = await call(client, 'approve_request', {
    id: approval.id,
    feedback: 'Looks good',
    approved_by: 'demo',
  });
  say(`  The request is ${status}.`);
  const digest = await logs;
  if (digest.status !== 'completed') throw new Error(`the workflow ended as ${digest.status}`);
  const { final_output } = await call(client, 'get_workflow_execution', { execution_id });
  say(`Final output:\n${JSON.stringify(final_output, null, 2)}`);
  return final_output;
}

async function keepInVolume(client, report) {
  const { id: volume_id } = await call(client, 'create_volume', { name: 'reports' });
  const path = 'releases/1.4.0.json';
  await call(client, 'mkdir', { volume_id, path: 'releases' });
  await call(client, 'upload_file', { volume_id, path, content: JSON.stringify(report, null, 2) });
  const { saved_to, size, sha256 } = await call(client, 'download_file', {
    volume_id,
    path,
    save_to: 'report.json',
  });
  say(`  ${path} is in volume ${volume_id}, and back as ${saved_to}: ${size} bytes, SHA-256 ${sha256}`);
  JSON.parse(readFileSync(saved_to, 'utf8'));
}

const WEATHER = {
  openapi: '3.0.0',
  info: { title: 'Weather', version: '1' },
  paths: { '/today': { get: { operationId: 'today', responses: { 200: { description: 'Today.' } } } } },
};

async function exploreApi(client) {
  const api = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ sky: 'clear', wind: { speed: 3, unit: 'm/s' }, station: 'roof' }));
  });
  await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
  const base_url = `http://127.0.0.1:${api.address().port}`;
  const credential_path = { kind: 'Static', key: 'sandbox/token' };
  const spec = { name: 'weather', base_url, inline_json: WEATHER, credential_path };
  const { id: api_spec_id } = await call(client, 'gateway_register_spec', spec);
  const asked = { api_spec_id, operation_id: 'today', fields: ['$.sky', '$.wind.speed'] };
  const { sliced_data } = await call(client, 'gateway_explore_api', asked);
  say(`  of the whole answer only what was asked for: ${JSON.stringify(sliced_data)}`);
  api.close();
}

const folder = mkdtempSync(join(tmpdir(), 'aegis-mcp-demo-'));
const client = new Client({ name: 'aegis-mcp-demo', version: '1.0.0' });
const program = join(here, '..', 'dist', 'cli.js');
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [
      program,
      '--sandbox',
      '--toolsets',
      'core,volumes,gateway',
      '--file-roots',
      folder,
      '--log-level',
      'warn',
    ],
    stderr: 'inherit',
  }),
);
try {
  const { orchestrator, seal } = await call(client, 'whoami');
  say(
    `Connected to ${orchestrator.url} (sandbox: ${orchestrator.sandbox}), SEAL ${seal.mode} as ${seal.security_context}.`,
  );
  say('Deploying the example agents:');
  await deployAgents(client);
  say('Running one of them:');
  await execute(client);
  say('Running a workflow that waits for a person:');
  const report = await runWorkflow(client);
  say('Keeping the report in a volume:');
  await keepInVolume(client, report);
  say('Exploring an HTTP API through the SEAL gateway:');
  await exploreApi(client);
} finally {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
}
