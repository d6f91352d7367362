/** Fields that agent and workflow manifests share, and the formats of text in them. */
import {
  anything,
  choice,
  type Field,
  type Format,
  flag,
  freeText,
  listOf,
  mapOf,
  object,
  optional,
  required,
  text,
  whole,
} from './shape.js';

export const API_VERSION = '100monkeys.ai/v1';

export const NAME: Format = {
  test: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  says: 'lower-case letters, digits and hyphens, with a letter or digit at both ends',
};
/** Durations of agent manifests. */
export const DURATION: Format = { test: /^\d+[smh]?$/, says: 'a duration such as 300s, 5m or 1h' };
/** Durations of workflow manifests (humantime). */
export const HUMANTIME: Format = {
  test: /^(0|\s*(\d+\s*(nsec|ns|usec|us|msec|ms|seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|hr|h|days?|d|weeks?|w|months?|M|years?|y)\s*)+)$/,
  says: 'a duration with its unit, such as 90s, 5m or 1h 30m',
};
export const SIZE: Format = {
  test: /^\d+(Ki|Mi|Gi)?$/,
  says: 'a size such as 512Mi or 1Gi, or a number of bytes',
};
export const IMAGE: Format = {
  test: /\//,
  says: 'a full image name with a "/", such as ghcr.io/acme/agent:1.0',
};

export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;
export const ISOLATIONS = ['inherit', 'firecracker', 'docker', 'process'] as const;
export const CONSENSUS = ['weighted_average', 'majority', 'unanimous', 'best_of_n'] as const;
export const STORAGE_CLASSES = ['ephemeral', 'persistent'] as const;

export const textMap = mapOf(freeText);
export const score = { kind: 'number', whole: false, min: 0, max: 1 } as const;

export function headOf(kind: string): Readonly<Record<string, Field>> {
  return {
    apiVersion: required(text({ oneOf: [API_VERSION] })),
    kind: required(text({ oneOf: [kind] })),
  };
}

/** `spec.resources` of a container (ContainerResources). */
export const containerResources = object({
  cpu: optional(whole()),
  memory: optional(text({ format: SIZE })),
  timeout: optional(text({ format: HUMANTIME })),
});

/** RetryConfig. */
export const retry = object({ max_attempts: optional(whole()), backoff: optional(text()) });

/** OutputHandler: what happens to the output of a finished execution. */
export const outputHandler = choice(
  'type',
  {
    agent: {
      agent_id: required(text()),
      input_template: optional(freeText),
      timeout_seconds: optional(whole()),
    },
    container: {
      image: required(text()),
      command: required(listOf(freeText)),
      env: optional(textMap),
      resources: optional(containerResources),
    },
    mcp_tool: {
      tool_name: required(text()),
      arguments: required(anything),
      timeout_seconds: optional(whole()),
    },
    webhook: {
      url: required(text()),
      method: optional(text()),
      headers: optional(textMap),
      body_template: optional(freeText),
      timeout_seconds: optional(whole()),
      retry: optional(retry),
    },
  },
  { common: { required: optional(flag) } },
);
