import Handlebars from 'handlebars';
import type { AgentManifest } from './agent-manifest.js';
import { findSchemaFault } from './json-schema.js';
import type { ExecutionService } from './kernel.js';
import { findTool } from './seal/catalogue/index.js';

type StartRequest = Parameters<ExecutionService['start']>[0];

const RESERVED: readonly string[] = ['instruction', 'iteration_number', 'previous_error'];

/** Why an execution cannot start, as the server words it; all of it is 500 over REST (D16). */
export function findStartFault(manifest: AgentManifest, request: StartRequest): string | undefined {
  const { agent, version, input, intent, tenant, contextOverrides } = request;
  if (version !== undefined && version !== agent.version) {
    return `Version mismatch: ${agent.name} is at ${agent.version}, not ${version}`;
  }
  if (input === null && intent === null) return 'Execution input is missing: neither input nor intent';
  const reserved = Object.keys(contextOverrides ?? {}).find((key) => RESERVED.includes(key));
  if (reserved !== undefined) return `Reserved key in context_overrides: ${reserved}`;
  const wrapper = { input, context_overrides: contextOverrides, tenant_id: tenant };
  const fault = findSchemaFault(manifest.spec.input_schema, request.schemaSubject ?? wrapper);
  if (fault !== undefined) return `Input does not match input_schema: ${fault}`;
  const unknown = manifest.spec.tools.find((tool) => findTool(tool) === undefined);
  return unknown === undefined ? undefined : `Unknown tool: ${unknown}`;
}

/**
 * The prompt of a run: spec.task.prompt_template with instruction, intent, input and the overrides, else the plain
 * form. Without input the intent is the whole prompt. Throws on a template that does not parse.
 */
export function renderPrompt(manifest: AgentManifest, request: StartRequest): string {
  const { input, intent, contextOverrides } = request;
  if (input === null && intent !== null) return intent;
  const instruction = manifest.spec.task?.instruction ?? '';
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const template = manifest.spec.task?.prompt_template;
  if (template === undefined) return [instruction, intent, `Input: ${text}`].filter(Boolean).join('\n\n');
  const values = { instruction, intent: intent ?? '', input: text, iteration_number: 1, previous_error: '' };
  return Handlebars.compile(template, { noEscape: true })({ ...contextOverrides, ...values });
}
