import type { WorkflowState } from '../manifest-schema.js';
import { executeAgent } from './agent.js';
import { executeContainerRun, executeParallelContainerRun } from './container.js';
import { executeHuman } from './human.js';
import { executeParallelAgents } from './parallel-agents.js';
import type { Services, Step } from './step.js';
import { executeSubworkflow } from './subworkflow.js';
import { executeSystem } from './system.js';

/** Does the work of one state. @returns its output; throws when the state failed or the signal aborted */
export function executeState(state: WorkflowState, step: Step, services: Services): Promise<unknown> {
  switch (state.kind) {
    case 'Agent':
      return executeAgent(state, step, services);
    case 'System':
      return executeSystem(state, step, services);
    case 'Human':
      return executeHuman(state, step, services);
    case 'ParallelAgents':
      return executeParallelAgents(state, step, services);
    case 'ContainerRun':
      return executeContainerRun(state, step, services);
    case 'ParallelContainerRun':
      return executeParallelContainerRun(state, step, services);
    case 'Subworkflow':
      return executeSubworkflow(state, step, services);
  }
}
