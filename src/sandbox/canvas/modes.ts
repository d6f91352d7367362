/** Workspace modes: how a session names one, and who may have which (schemas WorkspaceMode, CreateCanvasSession). */
import { z } from 'zod';
import type { Identity } from '../kernel.js';
import { decodeWith, parseUuid } from '../router.js';
import { option } from '../shapes.js';

const uuid = z.string().transform((value, context) => {
  const parsed = parseUuid(value);
  if (parsed === undefined) context.addIssue({ code: 'custom', message: 'UUID parsing failed' });
  return parsed ?? z.NEVER;
});

/** Externally tagged: a bare name, or an object with the one key. */
const workspaceMode = z.union([
  z.literal('Ephemeral'),
  z.strictObject({ Persistent: z.object({ volume_label: z.string() }) }),
  z.strictObject({ GitLinked: z.object({ binding_id: uuid }) }),
]);

/** Where a session keeps its files. */
export type WorkspaceMode = z.infer<typeof workspaceMode>;

const create = z.object({
  conversation_id: option(uuid),
  workspace_mode: workspaceMode,
  git_binding_id: option(uuid),
  name: option(z.string()),
});

/** What a session is created from. */
export type CreateSession = z.infer<typeof create>;

/** Decodes the body of createCanvasSession. */
export const decodeCreate = decodeWith(create);

const update = z.object({ name: option(z.string()), archived: option(z.boolean()) });

/** What may be changed; a name cannot be cleared, as null counts as absent. */
export type UpdateSession = z.infer<typeof update>;

/** Decodes the body of updateCanvasSession. */
export const decodeUpdate = decodeWith(update);

type Kind = 'Ephemeral' | 'Persistent' | 'GitLinked';

const PAID: readonly Kind[] = ['Ephemeral', 'Persistent'];
const MODES_BY_TIER: ReadonlyMap<string, readonly Kind[]> = new Map([
  ['pro', PAID],
  ['business', PAID],
  ['enterprise', [...PAID, 'GitLinked']],
]);

/** Whether the caller's tier has the mode; callers without a tier have every mode. */
export function mayUse({ kind, tier }: Identity, mode: WorkspaceMode): boolean {
  const modes = kind === 'consumer' ? MODES_BY_TIER.get(tier ?? 'free') : MODES_BY_TIER.get('enterprise');
  return (modes ?? ['Ephemeral']).includes(kindOf(mode));
}

/** The git binding a mode names, if any. */
export function bindingOf(mode: WorkspaceMode): string | undefined {
  return mode !== 'Ephemeral' && 'GitLinked' in mode ? mode.GitLinked.binding_id : undefined;
}

function kindOf(mode: WorkspaceMode): Kind {
  if (mode === 'Ephemeral') return mode;
  return 'Persistent' in mode ? 'Persistent' : 'GitLinked';
}
