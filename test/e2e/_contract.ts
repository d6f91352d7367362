/** The contract documents as judges of requests and answers: the orchestrator's and the gateway's. */
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

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const formats = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  uri: /^[a-z][a-z0-9+.-]*:/i,
  int32: true,
  int64: true,
  uint8: true,
  uint32: true,
  uint64: true,
  float: true,
  double: true,
  binary: true,
  byte: true,
  email: true,
  date: true,
} as const;

/** Members that the live server ignores (D36) and that one of the published kind reads, by operation. */
const FOR_DOCUMENTED_SERVERS: Readonly<Record<string, readonly string[]>> = {
  runWorkflow: ['context_overrides'],
  executeTemporalWorkflow: ['context_overrides'],
  addGrant: ['agent_id', 'workflow_name', 'permission_type'],
  ingestStimulus: ['source'],
  oauthInitiate: ['scopes'],
  rotateCredential: ['new_value'],
};

interface Template {
  readonly method: string;
  readonly matcher: RegExp;
  readonly pointer: string;
}

/** One contract document that requests and answers are held against. */
export class Judge {
  readonly #document: Json;
  readonly #templates: readonly Template[];
  readonly #strict: Ajv2020;
  /** Query and path parameters arrive as text. */
  readonly #coercing: Ajv2020;

  constructor(name: 'orchestrator' | 'gateway') {
    const file = join(import.meta.dirname, '..', '..', 'contract', `${name}.openapi.yaml`);
    this.#document = parse(readFileSync(file, 'utf8'));
    this.#templates = templatesOf(this.#document);
    this.#strict = createValidator(this.#document, {});
    this.#coercing = createValidator(this.#document, { coerceTypes: true });
  }

  /** Every operationId of the document, with the statuses it announces. */
  operations(): ReadonlyMap<string, readonly string[]> {
    return new Map(
      this.#templates.map(({ pointer }) => {
        const { operationId, responses } = Object(this.#at(pointer));
        return [String(operationId), Object.keys(Object(responses))];
      }),
    );
  }

  /** The operation behind a request; undefined when the contract has none. */
  find(method: string, asked: string): Operation | undefined {
    // The gateway's page is below the path that leads to it.
    const path = asked === '/api-docs/' ? '/api-docs' : asked;
    for (const { method: known, matcher, pointer } of this.#templates) {
      const match = known === method ? matcher.exec(path) : null;
      if (match === null) continue;
      const node = Object(this.#at(pointer));
      const slots = Object.entries({ ...match.groups }).map(([key, value]) => [
        key,
        decodeURIComponent(value),
      ]);
      return { id: node.operationId, pointer, node, path: Object.fromEntries(slots) };
    }
    return undefined;
  }

  /** Whether a value has the shape of a named schema. */
  checkSchema(name: string, value: unknown): string[] {
    return this.#check(`/components/schemas/${name}`, value, name);
  }

  /** Everything about a request that its operation does not allow. */
  checkRequest(request: Request): string[] {
    const { pathname, searchParams } = new URL(request.path, 'http://contract');
    const operation = this.find(request.method, pathname);
    if (operation === undefined) return [`no operation for ${request.method} ${pathname}`];
    return [...this.#checkParameters(operation, searchParams), ...this.#checkRequestBody(operation, request)];
  }

  /** Everything about an answer that its operation does not announce. */
  checkAnswer(operation: Operation, answer: Answer): string[] {
    const what = `${operation.id} ${answer.status}`;
    const responses = `${operation.pointer}/responses/${answer.status}`;
    if (this.#at(responses) === undefined) return [`${what}: the status is not announced`];
    const place = this.#follow(responses);
    const { content } = Object(this.#at(place));
    if (content === undefined) return answer.body === '' ? [] : [`${what}: a body is not announced`];
    const type = answer.type.split(';')[0] ?? '';
    const announced = [type, '*/*'].find((key) => key in content);
    if (announced === undefined) return [`${what}: ${type || 'no content type'} is not announced`];
    return this.#check(this.#follow(`${place}/content/${toPointer(announced)}/schema`), answer.body, what);
  }

  #at(pointer: string): unknown {
    const names = pointer.split('/').slice(1);
    return names.reduce<unknown>((node, name) => Object(node)[fromPointer(name)], this.#document);
  }

  /** Where a node stands once `$ref` is followed. */
  #follow(pointer: string): string {
    const { $ref } = Object(this.#at(pointer));
    return typeof $ref === 'string' ? this.#follow($ref.slice(1)) : pointer;
  }

  #check(pointer: string, value: unknown, what: string): string[] {
    const validate = this.#strict.getSchema(`contract#${uri(pointer)}`);
    if (validate === undefined) return [`${what}: the contract has no schema at ${pointer}`];
    // Coercion replaces members: the value itself is kept out of it.
    const holder = structuredClone(value);
    if (validate(holder)) return [];
    return (validate.errors ?? []).map((error) => `${what}${error.instancePath}: ${error.message}`);
  }

  #checkParameters({ pointer, node, path }: Operation, query: URLSearchParams): string[] {
    const count = Array.isArray(node.parameters) ? node.parameters.length : 0;
    const places = Array.from({ length: count }, (_, index) =>
      this.#follow(`${pointer}/parameters/${index}`),
    );
    const known = places.map((place) => ({ place, ...Object(this.#at(place)) }));
    const names = known.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const unknown = [...query.keys()].filter((name) => !names.includes(name));
    const given = known.flatMap(({ place, name, in: where, required }) => {
      const value = where === 'path' ? path[name] : where === 'query' ? query.get(name) : undefined;
      if (value === undefined || value === null)
        return required === true && where !== 'header' ? [`${where} ${name}: is missing`] : [];
      return this.#checkScalar(`${place}/schema`, value, `${where} ${name}`);
    });
    return [...unknown.map((name) => `query ${name}: is unknown to ${node.operationId}`), ...given];
  }

  /** A scalar is coerced only as a member. */
  #checkScalar(pointer: string, value: string, what: string): string[] {
    const schema = { type: 'object', properties: { value: { $ref: `contract#${uri(pointer)}` } } };
    const validate = this.#coercing.compile(schema);
    if (validate({ value })) return [];
    return (validate.errors ?? []).map((error) => `${what}: ${error.message}`);
  }

  #checkRequestBody({ pointer, node }: Operation, { type, body }: Request): string[] {
    const requestBody = this.#follow(`${pointer}/requestBody`);
    const { required, content = {} } = Object(this.#at(requestBody));
    if (body === undefined) return required === true ? ['body: is missing'] : [];
    const media = [type ?? '', '*/*'].find((key) => key in content);
    if (type === undefined || media === undefined)
      return [`body: ${type} is not taken by ${node.operationId}`];
    const place = this.#follow(`${requestBody}/content/${toPointer(media)}/schema`);
    const value = /yaml/.test(type) ? parse(String(body)) : body;
    const { properties, additionalProperties } = Object(this.#at(place));
    const known = Object.keys(properties ?? {});
    const meant = FOR_DOCUMENTED_SERVERS[String(node.operationId)] ?? [];
    const ignored = Object.keys(Object(value)).filter((key) => !known.includes(key) && !meant.includes(key));
    const open = properties === undefined || additionalProperties !== undefined;
    const unread = open ? [] : ignored.map((key) => `body ${key}: is not read by ${node.operationId}`);
    return [...this.#check(place, value, 'body'), ...unread];
  }
}

function templatesOf(document: Json): Template[] {
  const templates = Object.entries(Object(document.paths)).flatMap(([path, item]) =>
    METHODS.filter((method) => method in Object(item)).map((method) => ({
      method: method.toUpperCase(),
      matcher: new RegExp(`^${path.replace(/\{(\w+)\}/g, (_all, name) => slot(path, name))}$`),
      pointer: `/paths/${toPointer(path)}/${method}`,
      slots: path.split('{').length,
    })),
  );
  // Static segments win over parameters.
  return templates.sort((left, right) => left.slots - right.slots);
}

/** The last segment of a file route takes slashes. */
function slot(path: string, name: string): string {
  return path.endsWith('/files/{path}') && name === 'path' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
}

function createValidator(document: Json, options: { readonly coerceTypes?: boolean }): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, formats, ...options });
  return ajv.addSchema(document, 'contract');
}

const toPointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const fromPointer = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');
const uri = (pointer: string): string => pointer.replaceAll('{', '%7B').replaceAll('}', '%7D');
