/** SEAL gateway: OpenAPI documents whose operations workflows and the explorer call. */
import { z } from 'zod';
import { answered } from '../actions/advice.js';
import { kindCredential, realCredential } from '../actions/gateway-credentials.js';
import { OPERATOR_ADVICE, SPEC_ADVICE } from '../actions/gateway-refusals.js';
import { documentOf, toRegisteredSpec, toSpec } from '../actions/gateway-specs.js';
import { type AnyArgs, action } from '../define.js';
import { around, listOf, record } from '../results.js';
import { anyJson, flag, object, text } from '../shapes.js';
import { CREDENTIAL, deleted, GLOBAL, isDeleted, named, specId, stored } from './shapes.js';

const webAddress = (what: string) => z.url({ protocol: /^https?$/ }).describe(what);

interface SpecArguments {
  readonly inline_json?: unknown;
  readonly source_fetch_url?: string | undefined;
  readonly credential_path: AnyArgs;
}

/** RegisterSpecRequest with its credential in one of the two forms. */
const specBody =
  (write: typeof realCredential) =>
  async ({ credential_path, ...args }: SpecArguments) => ({
    json: {
      ...args,
      inline_json: await documentOf(args),
      credential_path: write('gateway_register_spec', 'credential_path', credential_path),
    },
  });

export const gatewaySpecs = {
  gateway_register_spec: action({
    title: 'Gateway: register API spec',
    description:
      'Registers an OpenAPI document, so that workflows and the explorer can call its operations with a credential of the vault. The same name replaces the spec. A known source_url gives the stored id. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    sensitive: true,
    adapted:
      'credential_path {"kind":"Static",…} is sent as {"StaticRef":{…}}, other kinds likewise; both inline_json and source_fetch_url are refused here, where the real server takes the first without a word.',
    limits: `${GLOBAL} source_url is looked up across tenants too.`,
    input: () => ({
      name: text('Name of the spec.').trim().min(1),
      base_url: webAddress('Where the API is; every host is allowed, loopback too.'),
      source_url: text(
        'Where the document comes from. A spec with the same one is given back as it is.',
      ).optional(),
      inline_json: anyJson(
        'OpenAPI document: object, or JSON or YAML text, at most 2 MiB. Excludes source_fetch_url.',
      ).optional(),
      source_fetch_url: webAddress(
        'Address that the gateway itself fetches the document (JSON) from. Excludes inline_json.',
      ).optional(),
      credential_path: object(`Credential for the API, ${CREDENTIAL}`),
    }),
    output: stored,
    live: {
      operation: 'gatewayRegisterSpec',
      route: 'POST /v1/specs',
      refusesWhole: true,
      body: specBody(realCredential),
    },
    documented: {
      operation: 'gatewayRegisterSpec',
      route: 'POST /v1/specs',
      refusesWhole: true,
      body: specBody(kindCredential),
    },
    run: answered(SPEC_ADVICE, toRegisteredSpec),
  }),

  gateway_list_specs: action({
    title: 'Gateway: list API specs',
    description:
      'Lists the registered API specs of the tenant and those for all: id, name and source. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {specs}; base_url and operations come only with gateway_get_spec.',
    input: () => ({}),
    output: () => z.looseObject({ specs: z.array(named()) }),
    live: { operation: 'gatewayListSpecs', route: 'GET /v1/specs' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('specs', body),
      specs: listOf('specs', body, (spec) => toSpec(spec)),
    })),
  }),

  gateway_get_spec: action({
    title: 'Gateway: get API spec',
    description:
      'Gets one API spec: base address, credential path, and its operations by operationId with method and path. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted:
      'credential_path is shown in the published form {kind, …}; the document (raw_spec), which is not published, only on request.',
    input: () => ({
      id: specId(),
      include_document: flag(
        'Give the whole OpenAPI document as raw_spec too; it can be long. Default false.',
      ),
    }),
    output: () => z.looseObject({ id: z.string(), name: z.string(), base_url: z.string().nullish() }),
    live: { operation: 'gatewayGetSpec', route: 'GET /v1/specs/{id}' },
    run: answered(OPERATOR_ADVICE, (body, { include_document }) => toSpec(record(body), include_document)),
  }),

  gateway_delete_spec: action({
    title: 'Gateway: delete API spec',
    description:
      'Deletes an API spec. Workflows that use it stay and fail from then on: delete them first. Says deleted for an id that never was, too. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    limits: 'deleted is true for an unknown id too; the tenant is not checked.',
    input: () => ({ id: specId() }),
    output: deleted,
    live: { operation: 'gatewayDeleteSpec', route: 'DELETE /v1/specs/{id}' },
    run: answered(OPERATOR_ADVICE, (body, args) => ({ id: args.id, ...isDeleted(body) })),
  }),
};
