/** Manifests whose runs the sandbox scripts by labels. */

/** An agent that answers with the number of words of its input, unless labels `sandbox.aegis/*` say otherwise. */
export function agentManifest(name: string, labels: Readonly<Record<string, string>> = {}) {
  const scripted = Object.entries(labels).map(([key, value]) => [`sandbox.aegis/${key}`, value]);
  return {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Agent',
    metadata: { name, version: '1.0.0', labels: Object.fromEntries(scripted) },
    spec: {
      runtime: { language: 'python', version: '3.11' },
      task: { instruction: 'Count the words in the input and print one integer.' },
    },
  };
}

/** A workflow that asks a person and says what was decided. */
export function approvalWorkflow(name: string, human: Readonly<Record<string, unknown>> = {}) {
  return {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Workflow',
    metadata: { name, version: '1.0.0', output_template: { decision: '{{ASK.response}}' } },
    spec: {
      initial_state: 'ASK',
      states: {
        ASK: {
          kind: 'Human',
          prompt: 'Go on with {{workflow.subject}}?',
          ...human,
          transitions: [
            { condition: 'input_equals_yes', target: 'DONE' },
            { condition: 'always', target: 'STOP' },
          ],
        },
        DONE: { kind: 'System', command: 'echo done', transitions: [] },
        STOP: { kind: 'System', command: 'echo stopped', transitions: [] },
      },
    },
  };
}
