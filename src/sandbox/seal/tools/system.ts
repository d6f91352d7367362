/** Tools about the node: schemas, runtimes, version, configuration, and the command dispatch. */
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { agentManifest } from '../../agent-manifest.js';
import { workflowManifestSchema } from '../../workflows/manifest-schema.js';
import { listContexts } from '../contexts.js';
import { optionalText, stringArg } from './call.js';
import type { ToolHandler } from './services.js';

/** Release whose behaviour the sandbox imitates, marked as not being it. */
const VERSION = '0.15.0-pre-alpha+sandbox';

const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['agent/manifest/v1', agentManifest],
  ['workflow/manifest/v1', workflowManifestSchema],
]);

/** Language, version and image of the standard runtimes. */
const RUNTIMES: readonly (readonly [language: string, version: string, image: string])[] = [
  ['python', '3.9', 'python:3.9-slim'],
  ['python', '3.10', 'python:3.10-slim'],
  ['python', '3.11', 'python:3.11-slim'],
  ['javascript', '18', 'node:18-slim'],
  ['javascript', '20', 'node:20-slim'],
  ['typescript', '5.1', 'node:20-slim'],
  ['rust', '1.74', 'rust:1.74-slim'],
  ['rust', '1.75', 'rust:1.75-slim'],
  ['go', '1.20', 'golang:1.20-alpine'],
  ['go', '1.21', 'golang:1.21-alpine'],
];

const getSchema: ToolHandler = (call) => {
  const key = stringArg(call, 'key');
  const schema = SCHEMAS.get(key);
  if (schema === undefined)
    return { error: `Unknown schema key: ${key}`, supported_keys: [...SCHEMAS.keys()] };
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
};

const validateManifest: ToolHandler = (call) => {
  const kind = stringArg(call, 'kind');
  const schema = SCHEMAS.get(`${kind}/manifest/v1`);
  if (schema === undefined) return { valid: false, errors: [`Unknown manifest kind: ${kind}`] };
  const errors = findShapeFaults(schema, stringArg(call, 'manifest_yaml'));
  return { valid: errors.length === 0, errors };
};

const listRuntimes: ToolHandler = (call) => {
  const wanted = optionalText(call, 'language');
  const runtimes = RUNTIMES.filter(([language]) => wanted === undefined || language === wanted).map(
    describeRuntime,
  );
  return { tool: call.tool, runtimes, custom_runtime_supported: true };
};

const describeSystem: ToolHandler = (call) => ({
  tool: call.tool,
  version: VERSION,
  status: 'healthy',
  capabilities: ['agent_lifecycle', 'workflow_orchestration', 'mcp_routing', 'seal_attestation'],
});

const showConfig: ToolHandler = (call, { context }) => {
  const spec = { node: { kind: 'sandbox', dialect: context.dialect }, security_contexts: listContexts() };
  const content_yaml = stringify({ apiVersion: '100monkeys.ai/v1', kind: 'NodeConfig', spec });
  return { tool: call.tool, config_path: 'sandbox (built in)', content_yaml };
};

/** The node never runs a command for an outside caller: it only says that a container would have to. */
const dispatchCommand: ToolHandler = (call) => {
  const command = stringArg(call, 'command');
  return { status: 'dispatch_required', action: `Exec { command: ${JSON.stringify(command)} }` };
};

/** Handlers by tool name. */
export const SYSTEM_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.schema.get': getSchema,
  'aegis.schema.validate': validateManifest,
  'aegis.runtime.list': listRuntimes,
  'aegis.system.info': describeSystem,
  'aegis.system.config': showConfig,
  'cmd.run': dispatchCommand,
};

function findShapeFaults(schema: z.ZodType, yaml: string): readonly string[] {
  const document = readYaml(yaml);
  if ('fault' in document) return [`YAML parse error: ${document.fault}`];
  const checked = schema.safeParse(document.value);
  if (checked.success) return [];
  return checked.error.issues.map(({ path, message }) => `${path.join('.') || 'document'}: ${message}`);
}

function readYaml(yaml: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: parse(yaml) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function describeRuntime([language, version, image]: readonly [string, string, string]) {
  return { language, version, image, description: `${language} ${version}`, deprecated: false };
}
