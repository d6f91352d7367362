/** What the built-in tools of the orchestrator do to the world: lists of tools do not tell. */
import type { Effect } from '../define.js';

const EFFECTS: Readonly<Record<Effect, readonly string[]>> = {
  read: [
    'fs.read',
    'fs.list',
    'fs.grep',
    'fs.glob',
    'web.search',
    'web.fetch',
    'aegis.schema.get',
    'aegis.schema.validate',
    'aegis.agent.list',
    'aegis.agent.export',
    'aegis.agent.logs',
    'aegis.agent.search',
    'aegis.agent.wait',
    'aegis.workflow.list',
    'aegis.workflow.validate',
    'aegis.workflow.export',
    'aegis.workflow.logs',
    'aegis.workflow.wait',
    'aegis.workflow.executions.list',
    'aegis.workflow.executions.get',
    'aegis.workflow.status',
    'aegis.workflow.search',
    'aegis.task.status',
    'aegis.task.wait',
    'aegis.task.logs',
    'aegis.task.list',
    'aegis.execute.status',
    'aegis.execute.wait',
    'aegis.tools.list',
    'aegis.tools.search',
    'aegis.system.info',
    'aegis.system.config',
    'aegis.runtime.list',
    'aegis.execution.file',
    'aegis.attachment.read',
    'aegis.edge.fleet.list',
    'aegis.file.list',
    'aegis.file.read',
    'aegis.volume.list',
    'aegis.volume.quota',
    'aegis.git.list',
    'aegis.git.status',
    'aegis.git.diff',
    'aegis.script.list',
    'aegis.script.get',
  ],
  write: [
    'fs.create_dir',
    'aegis.agent.generate',
    'aegis.workflow.run',
    'aegis.workflow.generate',
    'aegis.task.execute',
    'aegis.execute.intent',
    'aegis.file.mkdir',
    'aegis.volume.create',
    'aegis.git.clone',
    'aegis.git.commit',
    'aegis.git.push',
    'aegis.script.save',
  ],
  destructive: [
    'cmd.run',
    'fs.write',
    'fs.delete',
    'fs.edit',
    'fs.multi_edit',
    // With force these replace what has the same name and version.
    'aegis.agent.create',
    'aegis.workflow.create',
    'aegis.agent.update',
    'aegis.agent.delete',
    'aegis.workflow.update',
    'aegis.workflow.delete',
    'aegis.workflow.cancel',
    'aegis.workflow.signal',
    'aegis.workflow.remove',
    'aegis.workflow.promote',
    'aegis.workflow.demote',
    'aegis.task.cancel',
    'aegis.task.remove',
    'aegis.edge.fleet.invoke',
    'aegis.edge.fleet.cancel',
    'aegis.file.write',
    'aegis.file.delete',
    'aegis.volume.delete',
    'aegis.git.refresh',
    'aegis.git.delete',
    'aegis.script.update',
    'aegis.script.delete',
  ],
};

const BY_NAME: ReadonlyMap<string, Effect> = new Map([
  ...entriesOf('read'),
  ...entriesOf('write'),
  ...entriesOf('destructive'),
]);

function entriesOf(effect: Effect): [string, Effect][] {
  return EFFECTS[effect].map((name) => [name, effect]);
}

/** Names of the built-in tools, listed by the orchestrator or not. */
export const BUILT_IN_TOOLS: readonly string[] = [...BY_NAME.keys()];

/** Whether the orchestrator itself executes the tool of this name. */
export function isBuiltIn(original: string): boolean {
  return BY_NAME.has(original);
}

/** What a tool of the orchestrator does; one that is not built in may do anything. */
export function effectOf(original: string): Effect {
  return BY_NAME.get(original) ?? 'destructive';
}
