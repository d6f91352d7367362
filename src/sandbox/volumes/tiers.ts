/** Storage limits by tier (contract schema VolumeQuota, operation uploadFile). */
import type { Identity } from '../kernel.js';

export type Tier = 'free' | 'pro' | 'business' | 'enterprise';

/** Bytes are bigint: "unlimited" lies beyond the numbers JavaScript holds exactly. */
export interface StorageLimits {
  readonly maxVolumes: bigint;
  /** Over all volumes of one owner, counted by what they reserve. */
  readonly storageBytes: bigint;
  readonly fileBytes: bigint;
}

export const MIB = 1024 * 1024;
const MIB_BIG = 1_048_576n;
/** What the server says for no limit: the largest unsigned 64-bit integer. */
export const UNLIMITED_BYTES = 18_446_744_073_709_551_615n;
const UNLIMITED_VOLUMES = 4_294_967_295n;

export const STORAGE_LIMITS: Readonly<Record<Tier, StorageLimits>> = {
  free: { maxVolumes: 2n, storageBytes: 500n * MIB_BIG, fileBytes: 50n * MIB_BIG },
  pro: { maxVolumes: 10n, storageBytes: 10_240n * MIB_BIG, fileBytes: 500n * MIB_BIG },
  business: { maxVolumes: 50n, storageBytes: 102_400n * MIB_BIG, fileBytes: 2_048n * MIB_BIG },
  enterprise: { maxVolumes: UNLIMITED_VOLUMES, storageBytes: UNLIMITED_BYTES, fileBytes: UNLIMITED_BYTES },
};

/** The tier of a consumer's token, free when it names none that exists; any other caller counts as enterprise. */
export function tierOf(identity: Identity): Tier {
  if (identity.kind !== 'consumer') return 'enterprise';
  const { tier } = identity;
  return tier === 'pro' || tier === 'business' || tier === 'enterprise' ? tier : 'free';
}

/** The storage limits of a caller. */
export function limitsOf(identity: Identity): StorageLimits {
  return STORAGE_LIMITS[tierOf(identity)];
}
