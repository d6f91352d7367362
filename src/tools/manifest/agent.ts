/** Local check of an agent manifest, before anything is sent (deployAgent, updateAgent). */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { nearest } from '../near-miss.js';
import { agentManifest, RUNTIMES } from './agent-fields.js';
import { checkShape } from './check-shape.js';
import { type Problem, quote, Report } from './problems.js';
import { asList, asObject, asText } from './values.js';

export { expandFlatAgent, isFlatAgent } from './flat-agent.js';

export interface CheckOptions {
  /** Keys this program does not know are warnings instead of errors: for servers newer than it. */
  readonly allowUnknown?: boolean;
}

/** Everything wrong with a full agent manifest: its fields, then the rules that span several fields. */
export function checkAgentManifest(manifest: unknown, options: CheckOptions = {}): readonly Problem[] {
  const report = new Report();
  checkShape(manifest, agentManifest, '', { report, allowUnknown: options.allowUnknown ?? false });
  const { metadata, spec: rawSpec, kind } = asObject(manifest);
  const spec = asObject(rawSpec);
  if (kind === 'Workflow') report.warn('kind', 'this is a workflow: register it with register_workflow');
  checkName(asObject(metadata), report);
  checkRuntime(spec.runtime, report);
  checkExecution(asObject(spec.execution), report);
  checkInputSchema(asObject(spec.input_schema), report);
  checkSecurityContext(spec.security_context, report);
  checkOutputHandler(asObject(spec.output_handler), 'spec.output_handler', report);
  return report.problems;
}

function checkName(metadata: JsonObject, report: Report): void {
  const name = asText(metadata.name) ?? '';
  if (name.length > 63) {
    report.warn('metadata.name', `has ${name.length} characters; names over 63 are refused by some servers`);
  }
}

function checkRuntime(value: unknown, report: Report): void {
  if (!isObject(value)) return;
  const path = 'spec.runtime';
  const { language, version, image } = value;
  if (image !== undefined && (language !== undefined || version !== undefined)) {
    report.error(path, 'takes either image or language with version, not both');
  } else if (image === undefined && language === undefined) {
    const languages = Object.keys(RUNTIMES).join(', ');
    report.error(path, `needs language (${languages}) with version, or image`);
  } else if (typeof language === 'string') checkLanguage(language, version, report);
}

function checkLanguage(language: string, version: unknown, report: Report): void {
  const versions = Object.hasOwn(RUNTIMES, language) ? RUNTIMES[language] : undefined;
  if (version === undefined && versions === undefined) {
    report.error('spec.runtime.language', unknownLanguage(language));
  } else if (version === undefined) {
    const known = `: ${versions?.join(', ')}`;
    report.error('spec.runtime.version', `is required with language${known}; execution fails without it`);
  } else if (typeof version === 'string' && versions?.includes(version) !== true) {
    const listed = versions === undefined ? Object.keys(RUNTIMES) : versions;
    report.warn(
      'spec.runtime',
      `${quote(`${language} ${version}`)} is not in the registry that ships with the server (it has ` +
        `${listed.join(', ')}): unless the node has it, the agent deploys and then fails at execution`,
    );
  }
}

/** Without a version the language itself is the likelier mistake: the short form has no place for a version. */
function unknownLanguage(language: string): string {
  const known = Object.keys(RUNTIMES);
  const meant = nearest(language, known);
  const hint = meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
  return `${quote(language)} is none of ${known.join(', ')}; any other needs spec.runtime.version too${hint}`;
}

function checkExecution(execution: JsonObject, report: Report): void {
  const path = 'spec.execution';
  if (execution.max_retries !== undefined && execution.max_iterations !== undefined) {
    report.error(path, 'takes max_retries or max_iterations, not both: they are two names of one field');
  }
  for (const key of ['validation', 'tool_validation'] as const) {
    asList(execution[key]).forEach((each, index) => {
      checkJudges(asObject(each), `${path}.${key}[${index}]`, report);
    });
  }
  asList(asObject(execution.delivery).destinations).forEach((each, index) => {
    checkDestination(asObject(each), `${path}.delivery.destinations[${index}]`, report);
  });
}

function checkJudges(validator: JsonObject, path: string, report: Report): void {
  const { judges, min_judges_required: wanted } = validator;
  if (validator.type !== 'multi_judge' || typeof wanted !== 'number' || !Array.isArray(judges)) return;
  if (wanted <= judges.length) return;
  report.error(`${path}.min_judges_required`, `asks for ${wanted} judges, but judges names ${judges.length}`);
}

function checkDestination(destination: JsonObject, path: string, report: Report): void {
  const type = asText(destination.type);
  if (type === undefined || !['email', 'webhook', 'rest', 'sms'].includes(type)) return;
  if (destination[type] === undefined) report.error(`${path}.${type}`, `is required with type ${type}`);
}

function checkInputSchema(schema: JsonObject, report: Report): void {
  const wrapper = ['input', 'context_overrides', 'tenant_id'];
  const outside = asList(schema.required).filter((key) => typeof key === 'string' && !wrapper.includes(key));
  if (outside.length === 0) return;
  report.warn(
    'spec.input_schema.required',
    `over HTTP the schema is applied to {input, context_overrides, tenant_id}, so requiring ${outside.join(', ')} ` +
      'at its root makes every execution fail: describe them below properties.input',
  );
}

function checkSecurityContext(name: unknown, report: Report): void {
  if (typeof name !== 'string' || !name.startsWith('aegis-system-')) return;
  report.warn('spec.security_context', 'aegis-system-* is open to operators and service accounts only');
}

/** Warns of output handlers that the server accepts and does not run. */
export function checkOutputHandler(handler: JsonObject, path: string, report: Report): void {
  if (handler.type !== 'container' && handler.type !== 'mcp_tool') return;
  report.warn(`${path}.type`, `${handler.type} is accepted but not implemented: use agent or webhook`);
}
