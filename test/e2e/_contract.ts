/** The orchestrator's contract document as a judge of requests and answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

type Json = Readonly<Record<string, unknown>>;

/** One operation, found by method and path. */
export interface Operation {
  readonly id: string;
  /** JSON pointer into the document. */
  readonly pointer: string;
  readonly node: Json;
  /** Values of the path parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

const file = join(import.meta.dirname, '..', '..', 'contract', 'orchestrator.openapi.yaml');
const DOCUMENT: Json = parse(readFileSync(file, 'utf8'));
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const formats = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  uri: /^[a-z][a-z0-9+.-]*:/i,
  int32: true,
  int64: true,
  binary: true,
} as const;
const strict = createValidator({});
/** Query and path parameters arrive as text. */
const coercing = createValidator({ coerceTypes: true });

function createValidator(options: { readonly coerceTypes?: boolean }): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, formats, ...options });
  return ajv.addSchema(DOCUMENT, 'contract');
}

function at(pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names.reduce<unknown>((node, name) => Object(node)[fromPointer(name)], DOCUMENT);
}

const toPointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const fromPointer = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');

/** Where a node stands once `$ref` is followed. */
function follow(pointer: string): string {
  const { $ref } = Object(at(pointer));
  return typeof $ref === 'string' ? follow($ref.slice(1)) : pointer;
}

interface Template {
  readonly method: string;
  readonly matcher: RegExp;
  readonly pointer: string;
}

const TEMPLATES: readonly Template[] = Object.entries(Object(DOCUMENT.paths))
  .flatMap(([path, item]) =>
    METHODS.filter((method) => method in Object(item)).map((method) => ({
      method: method.toUpperCase(),
      matcher: new RegExp(`^${path.replace(/\{(\w+)\}/g, (_all, name) => slot(path, name))}$`),
      pointer: `/paths/${toPointer(path)}/${method}`,
      slots: path.split('{').length,
    })),
  )
  // Static segments win over parameters.
  .sort((left, right) => left.slots - right.slots);

/** The last segment of a file route takes slashes. */
function slot(path: string, name: string): string {
  return path.endsWith('/files/{path}') && name === 'path' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
}

/** The operation behind a request; undefined when the contract has none. */
export function findOperation(method: string, path: string): Operation | undefined {
  for (const template of TEMPLATES) {
    const match = template.method === method ? template.matcher.exec(path) : null;
    if (match === null) continue;
    const node = Object(at(template.pointer));
    const slots = Object.entries({ ...match.groups }).map(([key, value]) => [key, decodeURIComponent(value)]);
    return {
      id: node.operationId,
      pointer: template.pointer,
      node,
      path: Object.fromEntries(slots),
    };
  }
  return undefined;
}

function check(ajv: Ajv2020, pointer: string, value: unknown, what: string): string[] {
  const validate = ajv.getSchema(`contract#${pointer.replaceAll('{', '%7B').replaceAll('}', '%7D')}`);
  if (validate === undefined) return [`${what}: the contract has no schema at ${pointer}`];
  // Coercion replaces members: the value itself is kept out of it.
  const holder = structuredClone(value);
  if (validate(holder)) return [];
  return (validate.errors ?? []).map((error) => `${what}${error.instancePath}: ${error.message}`);
}

/** Whether a value has the shape of a named schema. */
export function checkSchema(name: string, value: unknown): string[] {
  return check(strict, `/components/schemas/${name}`, value, name);
}

/** Everything about a request that its operation does not allow. */
export function checkRequest(request: {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: unknown;
}): string[] {
  const { pathname, searchParams } = new URL(request.path, 'http://contract');
  const operation = findOperation(request.method, pathname);
  if (operation === undefined) return [`no operation for ${request.method} ${pathname}`];
  return [...checkParameters(operation, searchParams), ...checkRequestBody(operation, request)];
}

function checkParameters({ pointer, node, path }: Operation, query: URLSearchParams): string[] {
  const count = Array.isArray(node.parameters) ? node.parameters.length : 0;
  const places = Array.from({ length: count }, (_, index) => follow(`${pointer}/parameters/${index}`));
  const known = places.map((place) => ({ place, ...Object(at(place)) }));
  const names = known.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const unknown = [...query.keys()].filter((name) => !names.includes(name));
  const given = known.flatMap(({ place, name, in: where, required }) => {
    const value = where === 'path' ? path[name] : where === 'query' ? query.get(name) : undefined;
    if (value === undefined || value === null)
      return required === true && where !== 'header' ? [`${where} ${name}: is missing`] : [];
    // A scalar is coerced only as a member.
    return checkScalar(`${place}/schema`, value, `${where} ${name}`);
  });
  return [...unknown.map((name) => `query ${name}: is unknown to ${node.operationId}`), ...given];
}

function checkScalar(pointer: string, value: string, what: string): string[] {
  const schema = { type: 'object', properties: { value: { $ref: `contract#${uri(pointer)}` } } };
  const validate = coercing.compile(schema);
  if (validate({ value })) return [];
  return (validate.errors ?? []).map((error) => `${what}: ${error.message}`);
}

const uri = (pointer: string): string => pointer.replaceAll('{', '%7B').replaceAll('}', '%7D');

/** Members that the live server ignores (D36) and that one of the published kind reads, by operation. */
const FOR_DOCUMENTED_SERVERS: Readonly<Record<string, readonly string[]>> = {
  runWorkflow: ['context_overrides'],
  executeTemporalWorkflow: ['context_overrides'],
};

function checkRequestBody(
  { pointer, node }: Operation,
  { type, body }: { readonly type?: string; readonly body?: unknown },
): string[] {
  const { required, content = {} } = Object(node.requestBody);
  if (body === undefined) return required === true ? ['body: is missing'] : [];
  if (type === undefined || !(type in content)) return [`body: ${type} is not taken by ${node.operationId}`];
  const place = follow(`${pointer}/requestBody/content/${toPointer(type)}/schema`);
  const value = /yaml/.test(type) ? parse(String(body)) : body;
  const { properties, additionalProperties } = Object(at(place));
  const known = Object.keys(properties ?? {});
  const meant = FOR_DOCUMENTED_SERVERS[String(node.operationId)] ?? [];
  const ignored = Object.keys(Object(value)).filter((key) => !known.includes(key) && !meant.includes(key));
  const open = properties === undefined || additionalProperties !== undefined;
  const unread = open ? [] : ignored.map((key) => `body ${key}: is not read by ${node.operationId}`);
  return [...check(strict, place, value, 'body'), ...unread];
}

/** Everything about an answer that its operation does not announce. */
export function checkAnswer(
  operation: Operation,
  answer: { readonly status: number; readonly type: string; readonly body: unknown },
): string[] {
  const what = `${operation.id} ${answer.status}`;
  const responses = `${operation.pointer}/responses/${answer.status}`;
  if (at(responses) === undefined) return [`${what}: the status is not announced`];
  const place = follow(responses);
  const { content } = Object(at(place));
  if (content === undefined) return answer.body === '' ? [] : [`${what}: a body is not announced`];
  const type = answer.type.split(';')[0] ?? '';
  const announced = [type, '*/*'].find((key) => key in content);
  if (announced === undefined) return [`${what}: ${type || 'no content type'} is not announced`];
  return check(strict, follow(`${place}/content/${toPointer(announced)}/schema`), answer.body, what);
}
