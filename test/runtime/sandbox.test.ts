import { expect, it } from 'vitest';
import { failure, useTools } from '../e2e/_tools.js';

it('the embedded sandbox is called as the user named', async () => {
  const tools = useTools({ sandbox: true, sandboxUser: 'free@sandbox.local' });
  expect(await tools.must('whoami')).toMatchObject({ identity: { kind: 'consumer' } });
  expect(await tools.must('list_credentials')).toMatchObject({ credentials: [] });
});

it('a user that the sandbox does not know is refused with those it knows', async () => {
  const tools = useTools({ sandbox: true, sandboxUser: 'nobody' });
  const text = await failure(tools, 'list_agents');
  expect(text).toContain('Error invalid_configuration: The sandbox has no user "nobody".');
  expect(text).toContain('Next: Users: admin, operator, auditor, free@sandbox.local');
});
