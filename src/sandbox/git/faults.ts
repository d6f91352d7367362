/** How failures of git become answers. */
import { ReplyError } from '../kernel.js';
import { refuse } from '../replies.js';
import type { Binding } from './bindings.js';

/** 409 `{error}` unless the clone is ready to be worked in. */
export function checkReady(binding: Binding): Binding {
  if (binding.status === 'Ready') return binding;
  return refuse(409, `binding is busy (status: ${binding.status}); retry when Ready`);
}

/** 502 `{error}` for what git said; refusals pass. */
export function refuseGit(error: unknown): never {
  if (error instanceof ReplyError) throw error;
  return refuse(502, `git operation failed: ${textOf(error)}`);
}

export function missingVolume({ id, volume_id }: Binding): string {
  return `volume ${volume_id} not found for binding ${id}`;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
