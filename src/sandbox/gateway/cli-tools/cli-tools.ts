/** Registered CLI tools (contract tag CLI Tools). */
import { z } from 'zod';
import type { Dialect } from '../../kernel.js';
import { decodeWith } from '../../request.js';
import { option, strings, u64 } from '../../shapes.js';
import { type Collection, openCollection } from '../collection.js';
import { type CredentialPath, credentialPath } from '../credentials.js';
import type { GatewayContext } from '../kernel.js';
import { invalid } from '../refusals.js';

export interface CliToolRequest {
  readonly name: string;
  readonly description: string;
  readonly docker_image: string;
  readonly allowed_subcommands: readonly string[];
  readonly require_semantic_judge: boolean;
  /** At most 300; 0 ends every run at once. */
  readonly default_timeout_seconds: number;
  readonly registry_credential_path?: CredentialPath | undefined;
}

export interface CliTool extends CliToolRequest {
  readonly tenant_id: string | null;
}

export type CliTools = Collection<CliTool>;

const MAX_TIMEOUT_SECONDS = 300;

/** Opens the table of CLI tools. */
export function openCliTools(context: GatewayContext): CliTools {
  return openCollection<CliTool>(context, 'gateway_cli_tools');
}

/** Decoder of the registration body in a dialect's form. */
export function cliToolDecoder(dialect: Dialect): (value: unknown) => CliToolRequest {
  return decodeWith(
    z.object({
      name: z.string(),
      description: z.string(),
      docker_image: z.string(),
      allowed_subcommands: strings,
      require_semantic_judge: z.boolean(),
      default_timeout_seconds: u64,
      registry_credential_path: option(credentialPath[dialect]),
    }),
  );
}

/** Refuses 400 a blank name or image, an empty allow list, a time-out beyond 300 s. */
export function requireCliTool(tool: CliToolRequest): void {
  if (tool.name.trim() === '') invalid('name must not be blank');
  if (tool.docker_image.trim() === '') invalid('docker_image must not be blank');
  if (tool.allowed_subcommands.length === 0) invalid('allowed_subcommands must not be empty');
  if (tool.default_timeout_seconds > MAX_TIMEOUT_SECONDS) {
    invalid(`default_timeout_seconds must be at most ${MAX_TIMEOUT_SECONDS}`);
  }
}
