/**
 * The scripted runner: no model, no container, but the real sequence of events, real validators and real workspace
 * files. The same agent and input give the same output.
 */
import { IterationLog } from './iteration-log.js';
import { composeOutput, shapeOutput } from './produce.js';
import { type Run, TimedOut } from './run.js';
import { findRuntimeFault } from './runtime-rules.js';
import { type Verdict, validate } from './validators.js';

/** How a run ended by itself. */
export type Ending =
  | { readonly kind: 'completed'; readonly output: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'timed_out'; readonly seconds: number };

/** Tries of an agent whose manifest has no execution block. */
const DEFAULT_TRIES = 3;

/** Runs iterations until one passes validation, none is left, or time is up. Rejects when the run is stopped. */
export async function runAgent(run: Run): Promise<Ending> {
  try {
    return await iterate(run);
  } catch (error) {
    if (error instanceof TimedOut) return { kind: 'timed_out', seconds: error.seconds };
    throw error;
  }
}

async function iterate(run: Run): Promise<Ending> {
  const fault = findRuntimeFault(run.plan.manifest);
  if (fault !== undefined) return { kind: 'failed', reason: fault };
  const tries = run.plan.manifest.spec.execution?.max_retries ?? DEFAULT_TRIES;
  for (let number = 1; number <= tries; number += 1) {
    const output = await runIteration(run, number);
    if (output !== undefined) return { kind: 'completed', output };
  }
  return { kind: 'failed', reason: 'Max retries exceeded' };
}

/** The output when the iteration passed, undefined when the next one must try. */
async function runIteration(run: Run, number: number): Promise<string | undefined> {
  const log = new IterationLog(run, number);
  const instance = `sandbox-${run.uuid()}`;
  await log.started();
  await log.instance('instance_spawned', instance);
  const { fail } = run.plan.script;
  if (fail !== undefined) return failIteration(log, instance, fail);
  const output = await work(run, log);
  await log.instance('instance_terminated', instance);
  await log.console(output);
  await log.completed(output);
  const verdict = judge(run, number, output);
  if (verdict) await log.validated(verdict);
  if (!verdict || verdict.passed) return output;
  await log.refined();
  return undefined;
}

async function failIteration(log: IterationLog, instance: string, reason: string): Promise<undefined> {
  await log.instance('instance_terminated', instance);
  await log.failed(reason);
  await log.refined();
}

/** What happens inside the agent's instance. */
async function work(run: Run, log: IterationLog): Promise<string> {
  const { script, manifest } = run.plan;
  if (script.timeout) throw new TimedOut(run.limitSeconds);
  if (script.hang) await run.sleep(Number.POSITIVE_INFINITY);
  if (script.delayMs > 0) await run.sleep(script.delayMs);
  const output = script.output ?? makeOutput(run);
  if (script.file) run.writeFile(script.file.path, script.file.content);
  if (manifest.spec.tools.includes('fs.write')) await callFsWrite(run, log, output);
  await log.interaction({
    provider: 'sandbox',
    model: manifest.spec.runtime.model,
    input_tokens: countTokens(run.prompt),
    output_tokens: countTokens(output),
    prompt: run.prompt,
    response: output,
  });
  return output;
}

/** The agent keeps its output by the one tool that the runner really has. */
async function callFsWrite(run: Run, log: IterationLog, output: string): Promise<void> {
  const call = { invocation_id: run.uuid(), tool_name: 'fs.write' };
  const args = { path: '/workspace/output.txt', content: output };
  await log.tool('tool_invocation_requested', { ...call, arguments: args });
  run.writeFile('output.txt', output);
  const result = { bytes_written: Buffer.byteLength(output) };
  await log.tool('tool_invocation_completed', { ...call, result });
}

function makeOutput({ plan, execution }: Run): string {
  const { agentName, manifest } = plan;
  const instruction = manifest.spec.task?.instruction ?? '';
  const output = composeOutput({ agentName, instruction, intent: execution.intent, input: execution.input });
  const schemas =
    manifest.spec.execution?.validation.filter((validator) => validator.type === 'json_schema') ?? [];
  return schemas.reduce((text, { schema }) => shapeOutput(schema, text), output);
}

/** The manifest's validators after the scripted ones; undefined when there are none. */
function judge(run: Run, number: number, output: string): Verdict | undefined {
  const needed = run.plan.script.iterations;
  if (needed !== undefined && number < needed) {
    return { passed: false, score: number / needed, confidence: 1, consensus: undefined };
  }
  const validators = run.plan.manifest.spec.execution?.validation ?? [];
  if (validators.length > 0) {
    return validate(validators, { stdout: output, stderr: '', exitCode: 0 }, run.plan.findJudge);
  }
  return needed === undefined ? undefined : { passed: true, score: 1, confidence: 1, consensus: undefined };
}

/** Roughly what a model would count: words. */
function countTokens(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
