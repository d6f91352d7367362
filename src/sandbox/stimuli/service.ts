/** Takes stimuli in: idempotency, routing, the start of a workflow (operations ingestStimulus and sendWebhook). */
import type { SandboxContext, WorkflowExecutionRecord, WorkflowService } from '../kernel.js';
import { askedFault, type FaultCode, faultMessage, refuseCode } from './faults.js';
import { openStimulusRecords, type StimulusRecord, type StimulusRecords } from './records.js';
import { type RoutingDecision, routeStimulus } from './routing.js';

export interface Stimulus {
  readonly tenant: string;
  readonly source: string;
  readonly content: string;
  /** In force for 24 hours per source, once a stimulus with it was accepted. */
  readonly idempotencyKey?: string | undefined;
}

/** What an accepted stimulus became. */
export interface Accepted {
  readonly stimulus_id: string;
  readonly workflow_execution_id: string;
}

export class Stimuli {
  readonly records: StimulusRecords;
  readonly #context: SandboxContext;
  readonly #workflows: WorkflowService;

  constructor(context: SandboxContext, workflows: WorkflowService) {
    this.#context = context;
    this.#workflows = workflows;
    this.records = openStimulusRecords(context.store);
  }

  /** Starts the workflow the stimulus is for. Refuses with `{error: code, message}`; the record tells why. */
  ingest(stimulus: Stimulus): Accepted {
    const asked = askedFault(stimulus.content);
    if (asked === 'stimulus_service_unavailable') refuseCode(asked);
    const received = this.#receive(stimulus);
    if (this.#isDuplicate(stimulus)) this.#refuse(received, 'rejected', 'idempotent_duplicate');
    if (asked !== undefined && asked !== 'workflow_error') {
      this.#refuse(received, 'classification_failed', asked);
    }
    const decision = routeStimulus(this.#workflows, stimulus);
    const classified = this.#classify(received, decision);
    if (asked !== undefined) refuseCode(asked);
    const { execution_id } = this.#start(classified, decision);
    this.records.save({ ...classified, workflow_execution_id: execution_id });
    this.#recordKey(stimulus);
    return { stimulus_id: received.stimulus_id, workflow_execution_id: execution_id };
  }

  #receive({ tenant: tenant_id, source, content }: Stimulus): StimulusRecord {
    const now = this.#now();
    const record: StimulusRecord = {
      ...{ stimulus_id: this.#context.clock.uuid(), tenant_id, source, content, status: 'received' },
      ...{ workflow_id: null, workflow_execution_id: null, confidence: null, routing_mode: null },
      ...{ rejection_reason: null, classification_error: null, received_at: now, last_event_at: now },
    };
    this.records.save(record);
    return record;
  }

  #classify(received: StimulusRecord, { workflow, confidence, routing_mode }: RoutingDecision) {
    const routed = { workflow_id: workflow.id, confidence, routing_mode };
    const record = { ...received, ...routed, status: 'classified' as const, last_event_at: this.#now() };
    this.records.save(record);
    return record;
  }

  #start(record: StimulusRecord, { workflow }: RoutingDecision): WorkflowExecutionRecord {
    const { stimulus_id, source, content, tenant_id: tenant } = record;
    const input = { stimulus_id, source, content };
    const request = { workflow: workflow.id, tenant, input, blackboard: null, intent: null };
    const started = this.#workflows.start(request);
    return started.ok ? started.value : refuseCode('workflow_error', started.error);
  }

  #refuse(record: StimulusRecord, status: 'rejected' | 'classification_failed', code: FaultCode): never {
    const reason = status === 'rejected' ? 'rejection_reason' : 'classification_error';
    this.records.save({ ...record, status, [reason]: faultMessage(code), last_event_at: this.#now() });
    return refuseCode(code);
  }

  #isDuplicate({ source, idempotencyKey: key }: Stimulus): boolean {
    return key !== undefined && this.records.isKeyUsed(source, key, this.#context.clock.now().getTime());
  }

  #recordKey({ source, idempotencyKey: key }: Stimulus): void {
    if (key !== undefined) this.records.recordKey(source, key, this.#context.clock.now().getTime());
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}
