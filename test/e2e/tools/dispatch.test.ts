/** The dispatch gateway against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure } from '../_tools.js';

const AGENT = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const generate = (prompt: string) => ({
  type: 'generate',
  agent_id: AGENT,
  execution_id: RUN,
  prompt,
});

describe.each(['live', 'documented'] as const)('the dispatch gateway of a %s server', (dialect) => {
  const domain = shareDomain({ dialect });

  it('answers with a final text', async () => {
    const reply = await domain().tools.must('dispatch_gateway', { payload: generate('Say hello.') });
    expect(reply).toMatchObject({ type: 'final', content: expect.any(String), tool_calls_executed: 0 });
    expect(Array.isArray(reply.conversation)).toBe(dialect === 'documented');
  });

  it('asks for a command, and takes its result', async () => {
    const { tools } = domain();
    const asked = await tools.must('dispatch_gateway', generate('Test it.\nsandbox:run python -m pytest'));
    expect(asked).toMatchObject({ type: 'dispatch', command: 'python', args: ['-m', 'pytest'] });
    const result = {
      type: 'dispatch_result',
      execution_id: RUN,
      dispatch_id: asked.dispatch_id,
      exit_code: 0,
      stdout: 'passed\n',
    };
    expect(await tools.must('dispatch_gateway', result)).toMatchObject({
      type: 'final',
      tool_calls_executed: 1,
    });
    expect(await failure(tools, 'dispatch_gateway', result)).toContain('Error');
  });

  it('wants no credential', async () => {
    const expired = await domain().as({ expiresIn: -60 });
    await expired.must('dispatch_gateway', generate('Say hello.'));
  });

  it('refuses what does not belong together', async () => {
    const { tools } = domain();
    const lacks = await failure(tools, 'dispatch_gateway', { type: 'dispatch_result', execution_id: RUN });
    expect(lacks).toContain('dispatch_result needs dispatch_id and exit_code');
    const mixed = { ...generate('x'), exit_code: 0 };
    expect(await failure(tools, 'dispatch_gateway', mixed)).toContain('exit_code is not part of generate');
    const unknown = { type: 'chat', execution_id: RUN };
    expect(await failure(tools, 'dispatch_gateway', unknown)).toMatch(/type: .*generate.*dispatch_result/);
    const fault = await failure(tools, 'dispatch_gateway', generate('sandbox:upstream_rate_limit'));
    expect(fault).toContain('Error rate_limited (HTTP 429)');
  });

  it('leaves no tool out', () => {
    expect(unproven(['dispatch'], [domain().tools])).toEqual([]);
  });
});
