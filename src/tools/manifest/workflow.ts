/** Local check of a workflow manifest, before anything is sent (registerWorkflow). */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { type CheckOptions, checkOutputHandler } from './agent.js';
import { checkShape } from './check-shape.js';
import { keyPath, type Problem, Report } from './problems.js';
import { asList, asObject, asText } from './values.js';
import { workflowManifest } from './workflow-fields.js';
import { checkGraph } from './workflow-graph.js';

/** Names of static routes below `/v1/workflows`: a workflow of that name could not be read or deleted. */
const ROUTES = ['executions', 'temporal'];

/** Everything wrong with a workflow manifest: its fields, then states, transitions and storage as a whole. */
export function checkWorkflowManifest(manifest: unknown, options: CheckOptions = {}): readonly Problem[] {
  const report = new Report();
  checkShape(manifest, workflowManifest, '', { report, allowUnknown: options.allowUnknown ?? false });
  const { metadata, spec: rawSpec, kind } = asObject(manifest);
  if (kind === 'Agent') report.warn('kind', 'this is an agent: deploy it with deploy_agent');
  const name = asText(asObject(metadata).name);
  if (name !== undefined && ROUTES.includes(name)) {
    report.error('metadata.name', `"${name}" is the name of a route of the server: choose another`);
  }
  const spec = asObject(rawSpec);
  const volumes = namesOf(asObject(spec.storage).shared_volumes);
  for (const [key, state] of Object.entries(asObject(spec.states))) {
    if (key === '') report.error('spec.states', 'a state needs a name');
    if (isObject(state)) checkState(state, keyPath('spec.states', key), volumes, report);
  }
  checkGraph(spec, report);
  return report.problems;
}

function checkState(state: JsonObject, path: string, volumes: readonly string[], report: Report): void {
  checkOutputHandler(asObject(state.output_handler), `${path}.output_handler`, report);
  if (state.kind === 'Subworkflow') checkSubworkflow(state, path, report);
  if (state.kind === 'ParallelAgents') checkConsensus(state, path, report);
  if (state.kind === 'ContainerRun') checkVolumes(state, path, volumes, report);
  if (state.kind === 'ParallelContainerRun') checkSteps(state, path, volumes, report);
  asList(state.transitions).forEach((each, index) => {
    const { condition, min, max } = asObject(each);
    if (condition !== 'score_between' || typeof min !== 'number' || typeof max !== 'number' || min <= max)
      return;
    report.error(`${path}.transitions[${index}].min`, `must not exceed max, but ${min} > ${max}`);
  });
}

function checkSubworkflow({ mode, result_key: key }: JsonObject, path: string, report: Report): void {
  if (mode === 'blocking' && key === undefined) {
    report.error(`${path}.result_key`, 'is required with mode blocking: the blackboard key for the result');
  }
  if (mode === 'fire_and_forget' && key !== undefined) {
    report.error(
      `${path}.result_key`,
      'is not allowed with mode fire_and_forget: there is no result to keep',
    );
  }
}

function checkConsensus(state: JsonObject, path: string, report: Report): void {
  const consensus = asObject(state.consensus);
  const at = `${path}.consensus`;
  if (consensus.agreement !== undefined && consensus.min_agreement_confidence !== undefined) {
    report.error(
      at,
      'takes agreement or min_agreement_confidence, not both: they are two names of one field',
    );
  }
  const { min_judges_required: wanted } = consensus;
  if (typeof wanted === 'number' && Array.isArray(state.agents) && wanted > state.agents.length) {
    report.error(
      `${at}.min_judges_required`,
      `asks for ${wanted} agents, but agents has ${state.agents.length}`,
    );
  }
  const weighting = consensus.confidence_weighting;
  if (!isObject(weighting)) return;
  const { agreement_factor: agreement = 0.7, self_confidence_factor: own = 0.3 } = weighting;
  if (typeof agreement !== 'number' || typeof own !== 'number' || Math.abs(agreement + own - 1) < 1e-6)
    return;
  report.error(
    `${at}.confidence_weighting`,
    'agreement_factor (0.7) and self_confidence_factor (0.3) must add up to 1',
  );
}

function checkVolumes(step: JsonObject, path: string, volumes: readonly string[], report: Report): void {
  if (volumes.length === 0) return;
  asList(step.volumes).forEach((each, index) => {
    const name = asText(asObject(each).name);
    if (name === undefined || volumes.includes(name)) return;
    const at = `${path}.volumes[${index}].name`;
    report.error(at, `"${name}" is not in spec.storage.shared_volumes: ${volumes.join(', ')}`);
  });
}

function checkSteps(state: JsonObject, path: string, volumes: readonly string[], report: Report): void {
  const seen = new Set<string>();
  asList(state.steps).forEach((each, index) => {
    const step = asObject(each);
    const at = `${path}.steps[${index}]`;
    const name = asText(step.name);
    if (name !== undefined && seen.has(name))
      report.error(`${at}.name`, `"${name}" names another step already`);
    if (name !== undefined) seen.add(name);
    checkVolumes(step, at, volumes, report);
  });
}

function namesOf(list: unknown): readonly string[] {
  return asList(list).flatMap((each) => asText(asObject(each).name) ?? []);
}
