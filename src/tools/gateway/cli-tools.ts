/** SEAL gateway: command-line tools, and the catalogue of all that can be called. */
import { z } from 'zod';
import { answered } from '../actions/advice.js';
import { kindCredential, realCredential } from '../actions/gateway-credentials.js';
import { OPERATOR_ADVICE } from '../actions/gateway-refusals.js';
import { type AnyArgs, action } from '../define.js';
import { around, listOf, textOf } from '../results.js';
import { id, object, text } from '../shapes.js';
import { CREDENTIAL, deleted, GLOBAL, isDeleted, isSaved } from './shapes.js';

interface CliToolArguments {
  readonly registry_credential_path?: AnyArgs | undefined;
}

/** RegisterCliToolRequest with its credential in one of the two forms. */
const cliToolBody =
  (write: typeof realCredential) =>
  ({ registry_credential_path: path, ...args }: CliToolArguments) => ({
    json: {
      ...args,
      registry_credential_path: path && write('gateway_register_cli_tool', 'registry_credential_path', path),
    },
  });

export const gatewayTools = {
  gateway_register_cli_tool: action({
    title: 'Gateway: register CLI tool',
    description:
      'Registers a command-line tool that runs in a throw-away container without network; only the subcommands listed may be called. The same name overwrites it. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    adapted:
      'registry_credential_path {"kind":"Static",…} is sent as {"StaticRef":{…}}, other kinds likewise.',
    limits: GLOBAL,
    input: () => ({
      name: text('Name of the tool.').trim().min(1),
      description: text('What the tool does; shown in the catalogue.'),
      docker_image: text('Image with tag.').trim().min(1),
      allowed_subcommands: z
        .array(z.string().min(1))
        .min(1)
        .describe('Subcommands that may be called; each must equal the whole subcommand.'),
      require_semantic_judge: z
        .boolean()
        .describe('Have the judge configured at the gateway allow each call; without one, calls then fail.'),
      default_timeout_seconds: z.int().min(1).max(300).describe('Seconds a call may take, 1 to 300.'),
      registry_credential_path: object(`Credential of the image registry, ${CREDENTIAL}`).optional(),
    }),
    output: () => z.looseObject({ saved: z.boolean(), name: z.string() }),
    live: {
      operation: 'gatewayRegisterCliTool',
      route: 'POST /v1/cli-tools',
      refusesWhole: true,
      body: cliToolBody(realCredential),
    },
    documented: {
      operation: 'gatewayRegisterCliTool',
      route: 'POST /v1/cli-tools',
      refusesWhole: true,
      body: cliToolBody(kindCredential),
    },
    run: answered(OPERATOR_ADVICE, (body, { name }) => ({ name, ...isSaved(body) })),
  }),

  gateway_list_cli_tools: action({
    title: 'Gateway: list CLI tools',
    description: 'Lists the command-line tools of the tenant and those for all. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {cli_tools}.',
    limits: 'Timeout and registry credential are not told by any route.',
    input: () => ({}),
    output: () => z.looseObject({ cli_tools: z.array(z.looseObject({ name: z.string() })) }),
    live: { operation: 'gatewayListCliTools', route: 'GET /v1/cli-tools' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('cli_tools', body),
      cli_tools: listOf('cli_tools', body, (tool) => ({ ...tool, name: textOf(tool, 'name') })),
    })),
  }),

  gateway_delete_cli_tool: action({
    title: 'Gateway: delete CLI tool',
    description:
      'Deletes a command-line tool by name. Says deleted for a name that never was, too. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    limits: 'deleted is true for an unknown name too; the tenant is not checked.',
    input: () => ({ name: id('Name of the tool, from gateway_list_cli_tools.') }),
    output: deleted,
    live: { operation: 'gatewayDeleteCliTool', route: 'DELETE /v1/cli-tools/{name}' },
    run: answered(OPERATOR_ADVICE, (body, { name }) => ({ name, ...isDeleted(body) })),
  }),

  gateway_list_tools: action({
    title: 'Gateway: list tools',
    description:
      'Lists everything that can be called through the gateway: workflows and command-line tools, with input schemas. Calls of CLI tools also need fsal_mounts. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {tools}.',
    limits: 'There are no native tools: kind native never occurs.',
    input: () => ({}),
    output: () =>
      z.looseObject({ tools: z.array(z.looseObject({ name: z.string(), kind: z.string().nullish() })) }),
    live: { operation: 'gatewayListTools', route: 'GET /v1/tools' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('tools', body),
      tools: listOf('tools', body, (tool) => ({ ...tool, name: textOf(tool, 'name') })),
    })),
  }),
};
