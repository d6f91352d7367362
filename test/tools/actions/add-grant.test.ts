import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';
const FLOW = '5b2f1a90-10c4-4b3f-9d5e-77c1c2a3b433';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('add_grant', () => {
  it.each([
    [{}],
    [{ agent_id: 'a', workflow_id: FLOW }],
    [{ workflow_name: 'w', workflow_id: FLOW }],
    [{ agent_id: 'a', all_agents: true }],
    [{ all_agents: false }],
    [{ target_type: 'agent' }],
    [{ target_value: FLOW }],
    [{ target_type: 'all_agents', target_value: FLOW }],
    [{ target_type: 'all_agents', agent_id: 'a' }],
    [{ target_type: 'agent', workflow_id: FLOW }],
    [{ target_type: 'agent', target_value: FLOW, agent_id: FLOW }],
  ])('refuses %j before anything is sent', async (target) => {
    const { text } = await callTool(server, 'add_grant', { credential_id: ID, ...target }, []);
    expect(text).toContain('Error invalid_arguments: add_grant: give exactly one of');
    expect(server.asked).toEqual([]);
  });

  it.each([
    [
      { target_type: 'agent', target_value: ID },
      { target_type: 'agent', target_value: ID, agent_id: ID },
    ],
    [
      { target_type: 'agent', agent_id: ID },
      { target_type: 'agent', target_value: ID, agent_id: ID },
    ],
    [
      { target_type: 'workflow', target_value: FLOW },
      { target_type: 'workflow', target_value: FLOW, workflow_name: FLOW },
    ],
    [{ target_type: 'all_agents' }, { target_type: 'all_agents' }],
  ])('takes %j too', async (payload, body) => {
    const answers = [{ status: 201, json: { grant_id: 'g-1' } }];
    const outcome = await callTool(server, 'add_grant', { credential_id: ID, payload }, answers);
    expect(server.asked.map((asked) => asked.body)).toEqual([{ ...body, permission_type: 'use' }]);
    expect(outcome.structured).toMatchObject({ grant_id: 'g-1', target_type: body.target_type });
  });

  it('names the workflow by its id as well', async () => {
    const answers = [{ json: { id: FLOW, name: 'w' } }, { status: 201, json: { grant_id: 'g-1' } }];
    const outcome = await callTool(server, 'add_grant', { credential_id: ID, workflow_name: 'w' }, answers);
    expect(outcome.structured).toMatchObject({ workflow_name: 'w', workflow_id: FLOW });
  });

  it('does not grant to a workflow that it cannot find', async () => {
    const answers = [{ status: 404, json: { error: 'Workflow not found' } }];
    const { text } = await callTool(server, 'add_grant', { credential_id: ID, workflow_name: 'w' }, answers);
    expect(text).toContain('Error not_found (HTTP 404)');
    expect(server.asked).toHaveLength(1);
  });
});
