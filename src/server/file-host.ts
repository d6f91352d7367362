/** Files of volumes and workspaces as MCP resources: what a tool's resource link points at. */
import { AegisError } from '../errors.js';
import { isText } from '../tools/actions/file-text.js';
import { parseFileUri } from '../tools/actions/file-uri.js';
import type { Context } from '../tools/context.js';
import type { Ran } from '../tools/define.js';
import type { FileContents, FileHost, FileTemplate } from './host.js';

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

export interface FileHostOptions {
  /** Names of the tools in effect. */
  readonly inEffect: ReadonlySet<string>;
  /** Runs a tool of the program for its result. */
  readonly run: (name: string, args: unknown, context: Context) => Promise<Ran<unknown>>;
  readonly context: (signal: AbortSignal) => Promise<Context>;
}

/** The resources behind the file tools in effect; undefined when none of these tools is. */
export function createFileHost({ inEffect, run, context }: FileHostOptions): FileHost | undefined {
  const templates: FileTemplate[] = Object.values(HOMES)
    .filter(({ tool }) => inEffect.has(tool))
    .map(({ template }) => template);
  if (templates.length === 0) return undefined;
  return {
    templates,
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

function unknownUri(uri: string): AegisError {
  return new AegisError('not_found', `No resource of this server has the address ${uri.slice(0, 200)}.`, {
    next: 'Open an address as a tool gave it, or as a template of resources/templates/list makes it.',
  });
}
