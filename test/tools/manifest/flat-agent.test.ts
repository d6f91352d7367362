import { expect, test } from 'vitest';
import { checkAgentManifest } from '../../../src/tools/manifest/agent.js';
import { expandFlatAgent, isFlatAgent } from '../../../src/tools/manifest/flat-agent.js';

test('the published short form becomes a full manifest', () => {
  const flat = { name: 'code-reviewer', language: 'typescript', instruction: 'You are a code reviewer.' };
  expect(isFlatAgent(flat)).toBe(true);
  const full = expandFlatAgent(flat);
  expect(full).toEqual({
    apiVersion: '100monkeys.ai/v1',
    kind: 'Agent',
    metadata: { name: 'code-reviewer', version: '1.0.0' },
    spec: {
      runtime: { language: 'typescript', version: '5.1' },
      task: { instruction: 'You are a code reviewer.' },
    },
  });
  expect(checkAgentManifest(full)).toEqual([]);
});

test.each([
  ['python', '3.11'],
  ['javascript', '20'],
  ['typescript', '5.1'],
  ['rust', '1.75'],
  ['go', '1.21'],
])('%s runs as version %s unless said otherwise', (language, version) => {
  expect(expandFlatAgent({ name: 'a', language, instruction: 'x' })).toMatchObject({
    spec: { runtime: { language, version } },
  });
});

test('version is the version of the language, as in the published Python example', () => {
  const flat = { name: 'code-reviewer', language: 'python', version: '3.12', instruction: 'Review.' };
  expect(expandFlatAgent(flat)).toMatchObject({
    metadata: { version: '1.0.0' },
    spec: { runtime: { language: 'python', version: '3.12' } },
  });
});

test('a version of three parts is the version of the agent', () => {
  expect(expandFlatAgent({ name: 'a', language: 'go', version: '2.1.0', instruction: 'x' })).toMatchObject({
    metadata: { version: '2.1.0' },
    spec: { runtime: { language: 'go', version: '1.21' } },
  });
});

test('with an image there is no language version to add', () => {
  expect(
    expandFlatAgent({ name: 'a', image: 'ghcr.io/acme/a:1', version: '7', instruction: 'x' }),
  ).toMatchObject({
    metadata: { version: '7' },
    spec: { runtime: { image: 'ghcr.io/acme/a:1' } },
  });
});

test('every key of the short form lands in its part of the manifest', () => {
  const full = expandFlatAgent({
    name: 'a',
    description: 'd',
    labels: { team: 't' },
    language: 'python',
    model: 'smart',
    instruction: 'x',
    max_iterations: 4,
    tools: ['fs.read'],
    env: { A: 'b' },
    bootstrap_path: '/boot.sh',
    input_schema: {},
  });
  expect(full).toEqual({
    apiVersion: '100monkeys.ai/v1',
    kind: 'Agent',
    metadata: { name: 'a', version: '1.0.0', description: 'd', labels: { team: 't' } },
    spec: {
      runtime: { language: 'python', version: '3.11', model: 'smart' },
      task: { instruction: 'x' },
      execution: { max_iterations: 4 },
      advanced: { bootstrap_path: '/boot.sh' },
      tools: ['fs.read'],
      env: { A: 'b' },
      input_schema: {},
    },
  });
});

test('a full manifest is left as it is', () => {
  const full = { apiVersion: 'x', metadata: {} };
  expect(isFlatAgent(full)).toBe(false);
  expect(expandFlatAgent(full)).toBe(full);
});

test('a key that has no place is refused with the one that was meant', () => {
  expect(() => expandFlatAgent({ name: 'a', instuction: 'x' })).toThrow(
    '"instuction" is not a key of the short form of an agent. Did you mean instruction?',
  );
});
