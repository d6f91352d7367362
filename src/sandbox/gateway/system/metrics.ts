/** What the gateway counts, in Prometheus' text format. It is served by a listener of its own (operation gatewayMetrics). */

export interface RequestSeen {
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  countRequest(request: RequestSeen): void;
  countInvocation(seconds: number): void;
  /** By SEAL code: 1001 and 1002 are signature failures, 2000 and above policy violations. */
  countRefusal(code: number): void;
  /** The exposition; `activeSessions` is a gauge read at that time. */
  print(activeSessions: number): string;
}

interface Summary {
  count: number;
  seconds: number;
}

/** Counters from zero; a restart forgets them, as on the real server. */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const duration: Summary = { count: 0, seconds: 0 };
  const invocations: Summary = { count: 0, seconds: 0 };
  const failures = { signatures: 0, policy: 0 };
  return {
    countRequest({ method, status, seconds }) {
      const labels = `method="${method}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      add(duration, seconds);
    },
    countInvocation: (seconds) => add(invocations, seconds),
    countRefusal(code) {
      if (code === 1001 || code === 1002) failures.signatures += 1;
      if (code >= 2000 && code < 3000) failures.policy += 1;
    },
    print: (activeSessions) =>
      [
        '# TYPE aegis_seal_http_requests_total counter',
        ...[...requests].map(([labels, count]) => `aegis_seal_http_requests_total{${labels}} ${count}`),
        ...summary('aegis_seal_http_request_duration_seconds', duration),
        ...single('aegis_seal_grpc_requests_total', 'counter', 0),
        ...single('aegis_seal_sessions_active', 'gauge', activeSessions),
        ...single('aegis_seal_attestations_total', 'counter', 0),
        ...single('aegis_seal_signature_failures_total', 'counter', failures.signatures),
        ...single('aegis_tool_policy_violations_total', 'counter', failures.policy),
        ...single('aegis_tool_invocations_total', 'counter', invocations.count),
        ...summary('aegis_tool_invocation_duration_seconds', invocations),
        '',
      ].join('\n'),
  };
}

function add(summary: Summary, seconds: number): void {
  summary.count += 1;
  summary.seconds += seconds;
}

function single(name: string, type: 'counter' | 'gauge', value: number): readonly string[] {
  return [`# TYPE ${name} ${type}`, `${name} ${value}`];
}

function summary(name: string, { count, seconds }: Summary): readonly string[] {
  return [`# TYPE ${name} summary`, `${name}_sum ${seconds.toFixed(6)}`, `${name}_count ${count}`];
}
