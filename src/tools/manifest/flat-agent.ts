/** The published short form of an agent, `{name, language, instruction}`, which the server refuses (D07). */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import { nearest } from '../near-miss.js';
import { RUNTIMES } from './agent-fields.js';
import { API_VERSION } from './common-fields.js';

/** Keys of the short form by the part of the manifest they belong to; names are the same there. */
const PARTS = {
  metadata: ['name', 'description', 'tags', 'labels', 'annotations'],
  runtime: ['language', 'image', 'image_pull_policy', 'isolation', 'model', 'temperature'],
  task: ['instruction', 'prompt_template', 'input_data'],
  execution: [
    'mode',
    'max_iterations',
    'max_retries',
    'iteration_timeout',
    'llm_timeout_seconds',
    'validation',
    'tool_validation',
    'delivery',
  ],
  advanced: ['warm_pool_size', 'startup_script', 'health_check', 'bootstrap_path'],
  spec: [
    'context',
    'security',
    'schedule',
    'tools',
    'env',
    'volumes',
    'input_schema',
    'security_context',
    'output_handler',
  ],
} as const;

const KEYS: readonly string[] = [...Object.values(PARTS).flat(), 'version'];
const FULL = ['apiVersion', 'kind', 'metadata', 'spec'];

/** True for the short form: an object without any of the keys a full manifest has. */
export function isFlatAgent(value: unknown): value is JsonObject {
  return isObject(value) && !FULL.some((key) => Object.hasOwn(value, key));
}

/**
 * The full manifest of a short form; a full manifest is returned as it is. Fills in `metadata.version` 1.0.0 and
 * the newest runtime version that ships with the server. `version` is the language's (as in the published Python
 * example) unless it has three parts, such as 2.1.0: then it is the agent's.
 * @throws AegisError `invalid_manifest` for a key that has no place in a manifest.
 */
export function expandFlatAgent(value: JsonObject): JsonObject {
  if (!isFlatAgent(value)) return value;
  for (const key of Object.keys(value)) refuseUnknown(key);
  const ofAgent = value.image !== undefined || isSemanticVersion(value.version);
  const execution = pick(value, PARTS.execution);
  const advanced = pick(value, PARTS.advanced);
  return {
    apiVersion: API_VERSION,
    kind: 'Agent',
    metadata: { ...pick(value, PARTS.metadata), version: ofAgent ? (value.version ?? '1.0.0') : '1.0.0' },
    spec: {
      runtime: { ...pick(value, PARTS.runtime), ...runtimeVersion(value, ofAgent) },
      task: pick(value, PARTS.task),
      ...(Object.keys(execution).length === 0 ? {} : { execution }),
      ...(Object.keys(advanced).length === 0 ? {} : { advanced }),
      ...pick(value, PARTS.spec),
    },
  };
}

function refuseUnknown(key: string): void {
  if (KEYS.includes(key)) return;
  const meant = nearest(key, KEYS);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new AegisError('invalid_manifest', `"${key}" is not a key of the short form of an agent.${hint}`, {
    next: `Use ${KEYS.join(', ')}, or a full manifest with apiVersion, kind, metadata and spec.`,
  });
}

function isSemanticVersion(version: unknown): boolean {
  return typeof version === 'string' && /^\d+\.\d+\.\d+/.test(version);
}

function runtimeVersion(value: JsonObject, versionIsOfAgent: boolean): JsonObject {
  if (!versionIsOfAgent && value.version !== undefined) return { version: value.version };
  const { language } = value;
  const known =
    typeof language === 'string' && Object.hasOwn(RUNTIMES, language) ? RUNTIMES[language] : undefined;
  const newest = value.image === undefined ? known?.at(-1) : undefined;
  return newest === undefined ? {} : { version: newest };
}

function pick(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]]));
}
