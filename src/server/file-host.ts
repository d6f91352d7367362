/** Files of volumes and workspaces as MCP resources: what a tool's resource link points at. */
import { AegisError } from '../errors.js';
import { isText } from '../tools/actions/file-text.js';
import { parseFileUri } from '../tools/actions/file-uri.js';
import type { FileContents, FileHost, FileTemplate } from './host.js';
import { type ResourceSource, unknownUri } from './resource-source.js';

/** Whose files there are, and the tool that fetches them. */
const HOMES = {
  volumes: {
    tool: 'download_file',
    template: {
      uriTemplate: 'aegis://volumes/{volume_id}/files/{+path}',
      name: 'volume-file',
      title: 'File of a volume',
      description: 'A file in a volume; list_files tells the paths.',
    },
    argumentsOf: (volume_id: string, path: string) => ({ volume_id, path, as: 'base64' }),
  },
  executions: {
    tool: 'get_execution_file',
    template: {
      uriTemplate: 'aegis://executions/{execution_id}/files/{+path}',
      name: 'execution-file',
      title: 'File of an execution',
      description: 'A file that an agent left in the workspace of its execution.',
    },
    argumentsOf: (execution_id: string, path: string) => ({ execution_id, path, as: 'base64' }),
  },
} as const;

/** The resources behind the file tools in effect; undefined when none of these tools is. None is listed: nobody could list them all. */
export function createFileHost({ inEffect, run, context }: ResourceSource): FileHost | undefined {
  const templates: FileTemplate[] = Object.values(HOMES)
    .filter(({ tool }) => inEffect.has(tool))
    .map(({ template }) => template);
  if (templates.length === 0) return undefined;
  return {
    resources: [],
    templates,
    owns: (uri) => parseFileUri(uri) !== undefined,
    async read(uri, signal) {
      const file = parseFileUri(uri);
      if (file === undefined || !inEffect.has(HOMES[file.home].tool)) throw unknownUri(uri);
      const home = HOMES[file.home];
      const { blob } = await run(home.tool, home.argumentsOf(file.id, file.path), await context(signal));
      if (blob === undefined) throw new AegisError('internal', `${home.tool} gave no content.`);
      return contentsOf(uri, blob.mimeType, blob.bytes);
    },
  };
}

/** Text as text: clients show and search it. Anything else as base64. */
function contentsOf(uri: string, mimeType: string, bytes: Uint8Array): FileContents {
  if (isText(bytes)) return { uri, mimeType, text: new TextDecoder().decode(bytes) };
  return { uri, mimeType, blob: Buffer.from(bytes).toString('base64') };
}
