import { sizeOf, type VolumeRecord } from './records.js';
import type { StorageLimits } from './tiers.js';

/** What a caller has and may have. */
export interface Quota {
  readonly volumes: number;
  readonly usedBytes: number;
  readonly limits: StorageLimits;
}

/** Why a volume cannot be made or renamed, with the status of the answer. */
export interface Objection {
  readonly status: 409 | 422;
  readonly error: string;
}

/** What speaks against one more volume beside an owner's others. What counts is what volumes reserve, not use. */
export function objectionTo(
  volumes: readonly VolumeRecord[],
  { maxVolumes, storageBytes }: StorageLimits,
  label: string,
  bytes: number,
): Objection | undefined {
  const reserved = volumes.reduce((sum, volume) => sum + BigInt(sizeOf(volume)), BigInt(bytes));
  if (volumes.length >= maxVolumes) return { status: 422, error: 'volume count quota exceeded for tier' };
  if (reserved > storageBytes) return { status: 422, error: 'storage quota exceeded for tier' };
  return taken(volumes, label);
}

/** Labels are unique among an owner's volumes. */
export function taken(volumes: readonly VolumeRecord[], label: string): Objection | undefined {
  if (!volumes.some((volume) => volume.label === label)) return undefined;
  return { status: 409, error: `volume with name '${label}' already exists` };
}
