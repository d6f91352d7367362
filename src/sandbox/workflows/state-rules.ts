/** Rules of single states that their shape alone cannot say: containers, sub-workflows, consensus. */

import { parseDuration } from './durations.js';
import type {
  Consensus,
  ContainerStep,
  ParallelContainerRunState,
  SubworkflowState,
  WorkflowState,
} from './manifest-schema.js';

/**
 * Names the first broken rule of a state, or undefined.
 * @param volumes names of spec.storage.shared_volumes; when empty any volume name may be mounted
 */
export function findStateFault(state: WorkflowState, volumes: ReadonlySet<string>): string | undefined {
  switch (state.kind) {
    case 'ContainerRun':
      return findContainerFault(state, volumes);
    case 'ParallelContainerRun':
      return findStepsFault(state, volumes);
    case 'Subworkflow':
      return findSubworkflowFault(state);
    case 'ParallelAgents':
      return findConsensusFault(state.consensus);
    default:
      return undefined;
  }
}

function findContainerFault(step: ContainerStep, volumes: ReadonlySet<string>): string | undefined {
  if (step.name === '') return 'name must not be empty';
  if (step.image === '') return 'image must not be empty';
  if (step.command.length === 0) return 'command must not be empty';
  const timeout = step.resources?.timeout;
  if (typeof timeout === 'string' && parseDuration(timeout) === undefined) {
    return `resources.timeout '${timeout}' is not a duration such as 90s, 5m or 1h`;
  }
  return findMountFault(step, volumes);
}

function findMountFault(step: ContainerStep, volumes: ReadonlySet<string>): string | undefined {
  for (const mount of step.volumes) {
    if (mount.name === '') return 'volume name must not be empty';
    if (!mount.mount_path.startsWith('/')) return `mount_path '${mount.mount_path}' must be absolute`;
    if (volumes.size > 0 && !volumes.has(mount.name)) {
      return `volume '${mount.name}' is not one of storage.shared_volumes`;
    }
  }
  return undefined;
}

function findStepsFault(state: ParallelContainerRunState, volumes: ReadonlySet<string>): string | undefined {
  if (state.steps.length === 0) return 'steps must hold at least one step';
  const seen = new Set<string>();
  for (const step of state.steps) {
    if (seen.has(step.name)) return `step name '${step.name}' is used twice`;
    seen.add(step.name);
    const fault = findContainerFault(step, volumes);
    if (fault !== undefined) return `step '${step.name}': ${fault}`;
  }
  return undefined;
}

function findSubworkflowFault(state: SubworkflowState): string | undefined {
  if (state.workflow_id.trim() === '') return 'workflow_id must not be empty';
  if (state.mode === 'blocking') {
    return state.result_key ? undefined : 'result_key is required when mode is blocking';
  }
  return state.result_key === undefined
    ? undefined
    : 'result_key is not allowed when mode is fire_and_forget';
}

function findConsensusFault(consensus: Consensus): string | undefined {
  const weighting = consensus.confidence_weighting;
  if (weighting === undefined) return undefined;
  const sum = weighting.agreement_factor + weighting.self_confidence_factor;
  return Math.abs(sum - 1) < 1e-6
    ? undefined
    : 'consensus.confidence_weighting: agreement_factor and self_confidence_factor must sum to 1';
}
