/** OpenAPI documents on their way to the gateway, and registered specs on their way back. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import { record, textOf } from '../results.js';
import { publishedCredential } from './gateway-credentials.js';
import { badArgument } from './gateway-refusals.js';

const TOOL = 'gateway_register_spec';

/** Bound of the gateway's request bodies, bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

const HOW = 'Give the OpenAPI document as an object, or as JSON or YAML text.';

interface Source {
  readonly inline_json?: unknown;
  readonly source_fetch_url?: string | undefined;
}

/**
 * The document given inline, parsed and checked; undefined where the gateway fetches it. The real server takes the
 * inline one without a word when both are given, so that is refused here. Throws `invalid_arguments`, `too_large`.
 */
export async function documentOf({ inline_json, source_fetch_url }: Source): Promise<AnyArgs | undefined> {
  const given = [inline_json, source_fetch_url].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw badArgument(
      TOOL,
      given.length === 0
        ? 'inline_json or source_fetch_url: one is missing'
        : 'inline_json and source_fetch_url exclude each other',
      'Give the document itself, or the address that the gateway fetches it from.',
    );
  return inline_json === undefined ? undefined : await checked(inline_json);
}

async function checked(given: unknown): Promise<AnyArgs> {
  const document = typeof given === 'string' ? await parse(given) : given;
  if (!isObject(document)) throw badArgument(TOOL, 'inline_json: is no object', HOW);
  refuseOversize(JSON.stringify(document));
  const { paths } = document;
  if (!isObject(paths)) throw badArgument(TOOL, 'inline_json: has no paths', HOW);
  if (operationIds(paths).length > 0) return document;
  throw badArgument(
    TOOL,
    'inline_json: no operation has an operationId',
    'The gateway calls operations by operationId: add one to each that is needed.',
  );
}

async function parse(text: string): Promise<unknown> {
  refuseOversize(text);
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : await parseYamlText(text);
  } catch (error) {
    throw badArgument(TOOL, `inline_json: ${reasonOf(error)}`, HOW);
  }
}

async function parseYamlText(text: string): Promise<unknown> {
  const { parseYaml } = await import('../manifest/parse-yaml.js');
  return parseYaml(text);
}

/** Errors of JSON.parse repeat the text; those of the YAML reader name line and column. */
function reasonOf(error: unknown): string {
  return error instanceof AegisError ? error.message.replace(/\.$/, '') : 'is no valid JSON';
}

function refuseOversize(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_BYTES) return;
  throw new AegisError('too_large', `${TOOL}: inline_json: ${bytes} bytes; the gateway takes ${MAX_BYTES}.`, {
    next: 'Have the gateway fetch the document: source_fetch_url has no such limit.',
  });
}

function operationIds(paths: AnyArgs): unknown[] {
  const items = Object.values(paths).filter(isObject);
  const operations = items.flatMap((item) => Object.values(item)).filter(isObject);
  return operations.map(({ operationId }) => operationId).filter((id) => typeof id === 'string');
}

/** ApiSpec and ApiSpecSummary; the whole document only where it is wanted. */
export function toSpec(value: AnyArgs, withDocument = false): AnyArgs & { id: string; name: string } {
  const { raw_spec, ...spec } = value;
  return {
    ...spec,
    ...(withDocument && raw_spec !== undefined && { raw_spec }),
    ...(spec.credential_path !== undefined && {
      credential_path: publishedCredential(spec.credential_path),
    }),
    id: textOf(spec, 'id'),
    name: textOf(spec, 'name'),
  };
}

export function toRegisteredSpec(body: unknown): AnyArgs & { id: string; deduplicated: boolean } {
  const answer = record(body);
  return { ...answer, id: textOf(answer, 'id'), deduplicated: answer.deduplicated === true };
}
