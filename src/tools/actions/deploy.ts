/** Manifests on their way to the server: expanded, checked, merged. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs, SealTwin } from '../define.js';
import { checkAgentManifest, expandFlatAgent } from '../manifest/agent.js';
import { formatProblems, type Problem } from '../manifest/problems.js';
import { manifestToYaml, readManifest } from '../manifest/yaml.js';
import { textOf } from '../results.js';

interface DeployArguments {
  readonly manifest?: unknown;
  readonly name?: string | undefined;
  readonly language?: string | undefined;
  readonly instruction?: string | undefined;
  readonly allow_unknown?: boolean | undefined;
}

/**
 * The manifest to deploy: from object, YAML text or the published flat form (D07), with every problem of the
 * field list named by its path. Throws `invalid_manifest` or `invalid_arguments`; nothing is sent.
 */
export async function deployable(args: DeployArguments): Promise<{ manifest: AnyArgs }> {
  const manifest = expandFlatAgent(await given(args));
  refuse('agent', checkAgentManifest(manifest, { allowUnknown: args.allow_unknown ?? false }));
  return { manifest };
}

async function given({ manifest, name, language, instruction }: DeployArguments): Promise<AnyArgs> {
  if (manifest !== undefined && [name, language, instruction].some((part) => part !== undefined))
    throw new AegisError(
      'invalid_arguments',
      'deploy_agent: manifest excludes name, language, instruction.',
      {
        next: 'Give either a manifest or the short form; nothing was sent.',
      },
    );
  if (manifest !== undefined) return await readManifest(manifest);
  if (name !== undefined && instruction !== undefined)
    return await readManifest({ name, instruction, ...(language !== undefined && { language }) });
  throw new AegisError('invalid_arguments', 'deploy_agent: manifest: is missing.', {
    next: 'Give manifest (object or YAML text), or name, language and instruction.',
  });
}

/** Throws `invalid_manifest` when a problem is an error; warnings alone pass. */
export function refuse(kind: 'agent' | 'workflow', problems: readonly Problem[]): void {
  if (!problems.some((problem) => problem.severity === 'error')) return;
  throw new AegisError(
    'invalid_manifest',
    `The ${kind} manifest has problems:\n${formatProblems(problems)}`,
    {
      next: 'Correct the fields named and call again; nothing was sent. allow_unknown sends unknown fields as they are.',
      details: { problems },
    },
  );
}

interface UpdateArguments {
  readonly agent_id: string;
  readonly payload?: unknown;
  readonly allow_unknown?: boolean | undefined;
}

/**
 * The complete manifest that an update stores. The server replaces (D13) while the published method updates
 * partially, so a payload without apiVersion is merged into the stored manifest (RFC 7396).
 */
export async function replacement(current: AnyArgs, args: UpdateArguments): Promise<AnyArgs> {
  const payload = await readManifest(args.payload);
  const manifest = 'apiVersion' in payload ? payload : mergePatch(storedManifest(current), payload);
  refuse('agent', checkAgentManifest(manifest, { allowUnknown: args.allow_unknown ?? false }));
  return manifest;
}

function storedManifest(agent: AnyArgs): AnyArgs {
  if (isObject(agent.manifest)) return withoutNulls(agent.manifest);
  throw new AegisError(
    'unsupported',
    'The server does not return the stored manifest, so nothing can be merged into it.',
    {
      next: 'Give a complete manifest ({apiVersion, kind, metadata, spec}) as payload.',
    },
  );
}

/** Servers print unset options as null; as input they are absent. */
function withoutNulls(value: AnyArgs): AnyArgs {
  const entries = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(
    entries.map(([key, member]) => [key, isObject(member) ? withoutNulls(member) : member]),
  );
}

/** JSON Merge Patch (RFC 7396 section 2): objects merge, null removes, anything else replaces. */
export function mergePatch(target: AnyArgs, patch: AnyArgs): AnyArgs {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const before = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? mergePatch(isObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

/**
 * `aegis.agent.update` stores a manifest as PATCH does, but finds the agent by the manifest's name: a manifest that
 * renames the agent must not go through it.
 */
export const updateThroughSeal: SealTwin<UpdateArguments> = {
  tool: () => 'aegis.agent.update',
  async arguments({ payload }) {
    return { manifest_yaml: await manifestToYaml(await readManifest(payload)), force: true };
  },
  body(value, { agent_id }) {
    const updated = value.agent_id === undefined ? agent_id : textOf(value, 'agent_id');
    if (updated === agent_id) return { agent_id };
    throw new AegisError('failed', `The manifest's name belongs to agent ${updated}: that one was updated.`, {
      next: 'Keep metadata.name of the agent you mean; check both agents with get_agent.',
      mayHaveRun: true,
    });
  },
};
