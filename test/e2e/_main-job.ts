/** The main job, as any client does it: deploy, run, watch, register, run, approve. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const example = (path: string): string => readFileSync(join(examples, path), 'utf8');

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
}

/** One tool call, with progress messages as they come. */
export type CallTool = (
  name: string,
  args: Readonly<Record<string, unknown>>,
  onProgress?: (message: string) => void,
) => Promise<ToolAnswer>;

/** The common form of a result of any client or of raw JSON-RPC. */
export function toAnswer(result: unknown): ToolAnswer {
  const { isError, content, structuredContent } = Object(result);
  const [first] = Array.isArray(content) ? content : [];
  return {
    isError: isError === true,
    text: String(Object(first).text),
    structured: Object(structuredContent),
  };
}

async function must(callTool: CallTool, name: string, args = {}, onProgress?: (message: string) => void) {
  const answer = await callTool(name, args, onProgress);
  expect(answer.isError, `${name}: ${answer.text}`).toBe(false);
  return answer.structured;
}

/** Runs the job and checks what each step says. */
export async function doMainJob(callTool: CallTool): Promise<void> {
  const deployed = await must(callTool, 'deploy_agent', {
    manifest: example('agents/word-counter.yaml'),
    force: true,
  });
  await must(callTool, 'deploy_agent', { manifest: example('agents/release-notes.yaml'), force: true });

  const started = await must(callTool, 'start_execution', {
    agent_id: deployed.agent_id,
    input: 'one two three',
  });
  const messages: string[] = [];
  const digest = await must(callTool, 'stream_execution', { execution_id: started.execution_id }, (message) =>
    messages.push(message),
  );
  expect(digest).toMatchObject({
    status: 'completed',
    terminal: true,
    reason: 'terminal',
    final_output: '3',
  });
  expect(messages).toContain('iteration 1 started');

  await must(callTool, 'register_workflow', {
    payload: example('workflows/review-and-publish.yaml'),
    force: true,
  });
  const run = await must(callTool, 'run_workflow', {
    name: 'review-and-publish',
    input: { changes: 'Adds a page.' },
  });
  const approval = await waitForApproval(callTool, run.execution_id);
  const approved = await must(callTool, 'approve_request', { id: approval, approved_by: 'tester' });
  expect(approved).toEqual({ status: 'approved', request_id: approval });
  const logs = await must(callTool, 'stream_workflow_execution_logs', { execution_id: run.execution_id });
  expect(logs).toMatchObject({ status: 'completed', terminal: true });
  const record = await must(callTool, 'get_workflow_execution', { execution_id: run.execution_id });
  expect(record).toMatchObject({ status: 'completed', final_output: { decision: 'yes' } });

  const again = await callTool('approve_request', { id: approval });
  expect(again.isError).toBe(true);
  expect(again.text).toContain('Request not found or already completed');
}

async function waitForApproval(callTool: CallTool, execution: unknown): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { pending_requests } = await must(callTool, 'list_pending_approvals');
    const list: unknown[] = Array.isArray(pending_requests) ? pending_requests : [];
    const found = list.map(Object).find((request) => request.execution_id === execution);
    if (found !== undefined) return String(found.id);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no approval was requested');
}
