import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkAgentManifest } from '../../../src/tools/manifest/agent.js';
import { asObject } from '../../../src/tools/manifest/values.js';
import { checkWorkflowManifest } from '../../../src/tools/manifest/workflow.js';
import { manifestToYaml, readManifest } from '../../../src/tools/manifest/yaml.js';

const folder = new URL('../../../examples/', import.meta.url);

function readAll(kind: string): [string, string][] {
  const directory = new URL(`${kind}/`, folder);
  return readdirSync(directory).map((file) => [file, readFileSync(new URL(file, directory), 'utf8')]);
}

const agents = readAll('agents');
const workflows = readAll('workflows');

test('there are examples of both kinds', () => {
  expect(agents.map(([file]) => file)).toEqual(
    expect.arrayContaining(['code-reviewer.yaml', 'release-notes.yaml', 'word-counter.yaml']),
  );
  expect(workflows.map(([file]) => file)).toEqual(
    expect.arrayContaining(['review-and-publish.yaml', 'review-panel.yaml']),
  );
});

describe.each(agents)('agent %s', (file, text) => {
  test('has no problem and is named like its file', async () => {
    const manifest = await readManifest(text);
    expect(checkAgentManifest(manifest)).toEqual([]);
    expect(`${asObject(manifest.metadata).name}.yaml`).toBe(file);
  });

  test('survives being written and read', async () => {
    const manifest = await readManifest(text);
    expect(await readManifest(await manifestToYaml(manifest))).toEqual(manifest);
  });
});

describe.each(workflows)('workflow %s', (file, text) => {
  test('has no problem and is named like its file', async () => {
    const manifest = await readManifest(text);
    expect(checkWorkflowManifest(manifest)).toEqual([]);
    expect(`${asObject(manifest.metadata).name}.yaml`).toBe(file);
  });

  test('names only agents that are among the examples', async () => {
    const known = agents.map(([name]) => name.replace(/\.yaml$/, ''));
    const named = [...text.matchAll(/^\s+(?:- )?agent: (\S+)$/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining(named));
  });
});
