/** The stimulus and webhook tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { approvalWorkflow } from '../_manifests.js';
import { failure, type Tools } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const NOBODY = '00000000-0000-4000-8000-000000000000';
const SECRETS = 'ci=sandbox-ci-secret,github=a-wrong-secret';
const EVENT = {
  event_type: 'WorkflowExecutionStarted',
  execution_id: NOBODY,
  temporal_sequence_number: 1,
  timestamp: '2026-01-02T03:04:05Z',
};

describe.each(['live', 'documented'] as const)('stimuli on a %s server', (dialect) => {
  const domain = shareDomain({ dialect }, {}, { AEGIS_WEBHOOK_SECRETS: SECRETS });
  let operator: Tools;
  let stimulus_id: unknown;

  it('start workflows', async () => {
    operator = await domain().as({ user: 'operator' });
    const given = { content: 'Deploy v2.1.0', idempotency_key: 'deploy-v2.1.0' };
    const accepted = await operator.must('ingest_stimulus', given);
    expect(accepted).toMatchObject({ stimulus_id: UUID, workflow_execution_id: UUID });
    stimulus_id = accepted.stimulus_id;
    const twice = await failure(operator, 'ingest_stimulus', given);
    expect(twice).toContain('Error conflict (HTTP 409)');
    expect(twice).toContain('idempotent_duplicate');
  });

  it('are listed and read', async () => {
    const { stimuli } = await operator.must('list_stimuli', { limit: 5 });
    expect(stimuli).toContainEqual(expect.objectContaining({ stimulus_id, source: 'http_api' }));
    expect(await operator.must('get_stimulus', { stimulus_id })).toMatchObject({ stimulus_id });
    expect(await failure(operator, 'get_stimulus', { stimulus_id: NOBODY })).toMatch(
      /^Error (failed|not_found)/,
    );
    if (dialect === 'live')
      expect(await failure(domain().tools, 'list_stimuli')).toContain('operator_required');
  });

  it('come as signed webhooks', async () => {
    const sent = { source: 'ci', payload: { event: 'build', text: 'Grüße — 😀' } };
    expect(await operator.must('send_webhook', sent)).toMatchObject({ stimulus_id: UUID });
    const text = await operator.must('send_webhook', { source: 'ci', payload: '{ "as" : "it is" }' });
    expect(text).toMatchObject({ workflow_execution_id: UUID });
  });

  it('are not sent without a secret, nor over the route of another sender', async () => {
    const lacking = await failure(operator, 'send_webhook', { source: 'crm', payload: {} });
    expect(lacking).toContain(
      'Error not_configured: send_webhook: no secret is configured for the source crm.',
    );
    expect(lacking).toContain('AEGIS_WEBHOOK_SECRETS to crm=<secret>');
    const wrong = await failure(operator, 'send_webhook', { source: 'github', payload: {} });
    expect(wrong).toContain('Error unauthorized (HTTP 401): send_webhook: the server refuses the signature');
    expect(wrong).not.toContain('a-wrong-secret');
    for (const source of ['keycloak', 'git', 'stripe'])
      expect(await failure(operator, 'send_webhook', { source, payload: {} })).toContain(
        'is a route of its own',
      );
  });

  it('tell of a server without the service', async () => {
    const text = await failure(operator, 'ingest_stimulus', {
      content: 'sandbox:stimulus_service_unavailable',
    });
    expect(text).toContain('(HTTP 503)');
    expect(text).toContain('stimulus_service_unavailable');
  });

  it('come from Keycloak', async () => {
    const register = { type: 'REGISTER', user_id: 'user-1' };
    if (dialect === 'live') {
      const received = { ...register, status: 'received' };
      expect(await operator.must('keycloak_webhook', register)).toMatchObject(received);
      const fails = { type: 'REGISTER', user_id: 'sandbox-provisioning-fails' };
      expect(await failure(operator, 'keycloak_webhook', fails)).toContain('(HTTP 500)');
      return;
    }
    // The published reference has no such route: keycloak is a source like any other, which must sign.
    const text = await failure(operator, 'keycloak_webhook', register);
    expect(text).toContain('Error unauthorized (HTTP 401)');
    expect(text).toContain('missing_signature');
    expect(text).not.toContain('Configure a bearer token');
  });

  it('of workers are taken from the worker only', async () => {
    const text = await failure(operator, 'ingest_temporal_event', EVENT);
    const refusal = dialect === 'live' ? 'Error unauthorized (HTTP 401)' : 'Error unsupported';
    expect(text).toContain(refusal);
    if (dialect === 'documented') expect(text).toContain('get_workflow_execution_logs');
    const bad = { ...EVENT, iteration_number: 256 };
    expect(await failure(operator, 'ingest_temporal_event', bad)).toContain('iteration_number');
  });

  it('leave no tool out but what a server of the published kind lacks', async () => {
    const { tools, as } = domain();
    const worker = await as({ client: 'aegis-temporal-worker' });
    if (dialect === 'live') {
      await tools.must('register_workflow', { payload: approvalWorkflow('asking') });
      const { execution_id } = await tools.must('run_workflow', { name: 'asking', input: { subject: 'x' } });
      const received = await worker.must('ingest_temporal_event', { ...EVENT, execution_id });
      expect(received).toMatchObject({ status: 'received', execution_id });
    }
    const lacking = dialect === 'live' ? [] : ['ingest_temporal_event', 'keycloak_webhook'];
    expect(unproven(['stimuli'], [operator, worker])).toEqual(lacking);
  });
});
