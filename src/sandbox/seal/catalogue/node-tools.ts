/** Tools of the node: commands, workspace files, web, schemas, catalogue, system, edge. */
import { flag, oneOf, record, type ToolRow, text, tool, untyped } from './row.js';

const EDIT = {
  type: 'object',
  properties: { target_content: text, replacement_content: text },
  required: ['target_content', 'replacement_content'],
};

const TARGET = {
  description: 'A node {"Node": id}, a group {"Group": id}, a selector {"Selector": {...}}, or "All".',
};

export const NODE_TOOLS: readonly ToolRow[] = [
  tool('cmd.run', 'Runs a command in the container of the agent; the node only dispatches it.', {
    'command!': text,
  }),
  tool('fs.read', 'Reads a workspace file of at most 10 MiB as text.', { 'path!': text }),
  tool('fs.write', 'Creates a workspace file or replaces its content.', { 'path!': text, 'content!': text }),
  tool('fs.list', 'Lists a workspace directory.', { 'path!': text }),
  tool('fs.create_dir', 'Creates a workspace directory and its parents.', { 'path!': text }),
  tool('fs.delete', 'Removes a workspace file, or a whole tree when asked to.', {
    'path!': text,
    recursive: flag,
  }),
  tool('fs.edit', 'Replaces one unique piece of text in a workspace file.', {
    'path!': text,
    'target_content!': text,
    'replacement_content!': text,
  }),
  tool('fs.multi_edit', 'Replaces several unique pieces of text, all or none.', {
    'path!': text,
    'edits!': { type: 'array', items: EDIT },
  }),
  tool('fs.grep', 'Searches a workspace tree with a regular expression.', {
    'pattern!': text,
    'path!': text,
  }),
  tool('fs.glob', 'Finds workspace files whose path fits a glob.', { 'pattern!': text, 'path!': text }),
  tool('web.search', 'Asks the configured web search engine.', { 'query!': text }),
  tool('web.fetch', 'Downloads an http or https URL and returns it as Markdown.', { 'url!': text }),
  tool('aegis.schema.get', 'Returns the JSON Schema of a kind of manifest.', {
    'key!': oneOf('agent/manifest/v1', 'workflow/manifest/v1'),
  }),
  tool('aegis.schema.validate', 'Checks manifest YAML against its JSON Schema, shape only.', {
    'kind!': oneOf('agent', 'workflow'),
    'manifest_yaml!': text,
  }),
  untyped('aegis.tools.list', 'Pages through the tools the caller may use.'),
  untyped('aegis.tools.search', 'Searches the tools the caller may use by keyword, name pattern or tag.'),
  tool('aegis.system.info', 'Tells the version and the capabilities of the node.'),
  tool('aegis.system.config', 'Returns the configuration of the node as YAML.'),
  tool('aegis.runtime.list', 'Lists the standard language runtimes.', { language: text }),
  tool('aegis.execution.file', 'Reads a file that a finished execution left in its workspace.', {
    'execution_id!': text,
    'path!': text,
  }),
  tool('aegis.attachment.read', 'Reads an attached file from a volume of the tenant.', {
    'volume_id!': text,
    'path!': text,
  }),
  edge(tool('aegis.edge.fleet.list', 'Tells which edge nodes a target stands for.', { 'target!': TARGET })),
  fleet(
    tool('aegis.edge.fleet.invoke', 'Calls a tool on every edge node of a target.', {
      'target!': TARGET,
      'tool_name!': text,
      args: record,
    }),
  ),
  edge(
    tool('aegis.edge.fleet.cancel', 'Cancels a command that runs on edge nodes.', {
      'fleet_command_id!': text,
    }),
  ),
];

function edge(row: ToolRow): ToolRow {
  return { ...row, executor: 'edge' };
}

function fleet(row: ToolRow): ToolRow {
  return { ...edge(row), fleetCapable: true };
}
