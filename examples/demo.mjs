// The main job on real input: a real MCP client starts aegis-mcp over stdio on the embedded sandbox, deploys the
// example agents, follows an execution, runs a workflow that waits for a person, and answers the approval.
import { readdirSync, readFileSync } from 'node:fs';
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
}

const client = new Client({ name: 'aegis-mcp-demo', version: '1.0.0' });
const program = join(here, '..', 'dist', 'cli.js');
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [program, '--sandbox', '--log-level', 'warn'],
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
  await runWorkflow(client);
} finally {
  await client.close();
}
