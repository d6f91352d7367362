/** Receipts of sensitive calls as MCP resources: the newest as one list, and each by its id. */
import { cleanJson } from '../tools/untrusted.js';
import type { FileContents, FileHost } from './host.js';
import { type ResourceSource, unknownUri } from './resource-source.js';

const TOOL = 'get_receipt';
const LIST = 'aegis://receipts';
/** As many as the tool gives at once. */
const NEWEST = 100;

const RESOURCE = {
  uri: LIST,
  name: 'receipts',
  title: 'Receipts',
  description: 'The newest receipts of sensitive calls that this server made for the acting identity.',
  mimeType: 'application/json',
};

const TEMPLATE = {
  uriTemplate: `${LIST}/{id}`,
  name: 'receipt',
  title: 'Receipt of a sensitive call',
  description: 'What was signed and how it ended; without the security token.',
};

/** The resources behind the receipt tool; undefined when it is not in effect. */
export function createReceiptHost({ inEffect, run, context }: ResourceSource): FileHost | undefined {
  if (!inEffect.has(TOOL)) return undefined;
  return {
    resources: [RESOURCE],
    templates: [TEMPLATE],
    owns: (uri) => uri === LIST || uri.startsWith(`${LIST}/`),
    async read(uri, signal) {
      const { value } = await run(TOOL, argumentsOf(uri), await context(signal));
      return asJson(uri, cleanJson(value));
    },
  };
}

function argumentsOf(uri: string): Readonly<Record<string, unknown>> {
  if (uri === LIST) return { limit: NEWEST };
  const id = uri.slice(LIST.length + 1);
  if (!/^[\w-]{1,100}$/.test(id)) throw unknownUri(uri);
  return { id };
}

function asJson(uri: string, value: unknown): FileContents {
  return { uri, mimeType: 'application/json', text: JSON.stringify(value, null, 2) };
}
