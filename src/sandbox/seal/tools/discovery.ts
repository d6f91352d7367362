/** `aegis.tools.list` and `aegis.tools.search`: the catalogue as seen from the session's context. */
import { describeTool, type ListedTool, listTools } from '../catalogue/index.js';
import { countArg, optionalText, type ToolCall } from './call.js';
import type { ToolHandler, ToolServices } from './services.js';

/** Name prefix -> category, first match wins. */
const CATEGORIES: readonly (readonly [prefix: string, category: string])[] = [
  ['fs.', 'filesystem'],
  ['web.', 'web_network'],
  ['cmd.', 'execution'],
  ['aegis.agent.', 'agent_management'],
  ['aegis.workflow.', 'workflow_management'],
  ['aegis.task.', 'task_management'],
  ['aegis.execute.', 'task_management'],
  ['aegis.schema.', 'schema_validation'],
  ['aegis.tools.', 'tool_discovery'],
  ['aegis.', 'system_management'],
];

const CHANGING = /\.(create|update|delete|remove|cancel|signal|write|create_dir|edit|multi_edit)$|^cmd\.run$/;

const list: ToolHandler = (call, services) => {
  const found = entriesFor(call, services);
  const [limit, offset] = [countArg(call, 'limit', 50, 200), countArg(call, 'offset', 0)];
  return { tools: found.slice(offset, offset + limit), total: found.length, offset, limit };
};

const search: ToolHandler = (call, services) => {
  const keyword = optionalText(call, 'keyword')?.toLowerCase() ?? '';
  const pattern = namePattern(optionalText(call, 'name_pattern') ?? '*');
  const tags = Array.isArray(call.args.tags) ? call.args.tags.map(String) : [];
  const tools = entriesFor(call, services).filter(
    (entry) =>
      `${entry.name} ${entry.description}`.toLowerCase().includes(keyword) &&
      pattern.test(entry.name) &&
      tags.every((tag) => entry.tags.includes(tag)),
  );
  return { tools, totalMatches: tools.length };
};

/** Handlers by tool name. */
export const DISCOVERY_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.tools.list': list,
  'aegis.tools.search': search,
};

function entriesFor(call: ToolCall, { remotes }: ToolServices) {
  const { context, tenant } = call.session;
  const source = optionalText(call, 'source');
  const category = optionalText(call, 'category');
  const fleet = call.args.fleet_capable;
  return listTools(context, remotes.list(tenant))
    .map(entryOf)
    .filter((entry) => source === undefined || entry.source === source)
    .filter((entry) => category === undefined || entry.category === category)
    .filter((entry) => typeof fleet !== 'boolean' || (entry.fleetCapable ?? false) === fleet);
}

function entryOf(tool: ListedTool) {
  const { name } = tool;
  const remote = 'source' in tool;
  const known = remote ? undefined : CATEGORIES.find(([prefix]) => name.startsWith(prefix))?.[1];
  const source = remote ? tool.source : 'builtin';
  return { ...describeTool(tool), source, category: known ?? 'external', tags: tagsOf(name) };
}

function tagsOf(name: string): readonly string[] {
  const effect = CHANGING.test(name) ? 'destructive' : 'read-only';
  return name.startsWith('web.') ? [effect, 'network'] : [effect];
}

/** One `*` stands for any text. */
function namePattern(pattern: string): RegExp {
  const [head = '', ...rest] = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${[head, ...rest].join('.*')}$`);
}
