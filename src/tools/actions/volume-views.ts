/** Volumes, quotas and paths in them, between the published form and the servers'. */
import { z } from 'zod';
import type { AnyArgs } from '../define.js';
import { idOf, record, shapeError } from '../results.js';

/** A number of bytes or volumes; beyond 2^53 a text of digits. */
const count = () => z.union([z.number(), z.string()]).nullish();

/** Volume, VolumeWithUsage. */
export const volume = () =>
  z.looseObject({
    id: z.string(),
    name: z.string(),
    status: z.string().nullish(),
    size_limit_bytes: count(),
    used_bytes: count(),
    created_at: z.string().nullish(),
  });

/** Some clients of the published interface call the name of a volume its label. */
export function toVolume(value: AnyArgs): AnyArgs & { id: string; name: string } {
  const name = value.name ?? value.label;
  if (typeof name !== 'string') throw shapeError('a volume with a name');
  return { ...value, id: idOf('id', value), name };
}

/** VolumeQuota, with what it says in words. */
export const volumeQuota = () =>
  z.looseObject({
    volume_count: count(),
    volume_limit: count(),
    used_bytes: count(),
    quota_bytes: count(),
    max_file_size_bytes: count(),
    unlimited: z.boolean(),
    summary: z.string(),
  });

/** The live server's names beside those of the published clients; a number beyond 2^53 is a text of digits. */
export function toVolumeQuota(body: unknown): AnyArgs & { unlimited: boolean; summary: string } {
  const value = record(body);
  const quota = {
    volume_count: countOf(value.volume_count),
    volume_limit: countOf(value.volume_limit ?? value.max_volumes),
    used_bytes: countOf(value.used_bytes ?? value.total_bytes_used),
    quota_bytes: countOf(value.quota_bytes ?? value.total_storage_bytes),
    max_file_size_bytes: countOf(value.max_file_size_bytes),
  };
  return { ...value, ...quota, unlimited: isUnlimited(quota.quota_bytes), summary: inWords(quota) };
}

type Count = number | string | undefined;

function countOf(value: unknown): Count {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

function inWords(quota: Readonly<Record<string, Count>>): string {
  const volumes = isUnlimited(quota.volume_limit)
    ? 'any number of'
    : `${quota.volume_limit ?? 'an unknown number of'}`;
  return [
    `${quota.volume_count ?? 'An unknown number'} of ${volumes} volumes`,
    `${bytes(quota.used_bytes)} used of ${bytes(quota.quota_bytes)}`,
    `files up to ${bytes(quota.max_file_size_bytes)}`,
  ].join('; ');
}

/** What stands for no limit: the largest unsigned 32-bit number of volumes, and any size no number can hold. */
const MOST_VOLUMES = 4_294_967_295;

function isUnlimited(limit: Count): boolean {
  return typeof limit === 'string'
    ? /^\d{16,}$/.test(limit)
    : limit === MOST_VOLUMES || Number(limit) >= 2 ** 53;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function bytes(value: Count): string {
  if (isUnlimited(value) && value !== MOST_VOLUMES) return 'unlimited';
  if (typeof value !== 'number') return 'an unknown size';
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(value, 1)) / 10));
  return `${Number((value / 1024 ** power).toFixed(1))} ${UNITS[power]}`;
}

/** Whether a path names the volume itself: the server reads empty parts and dots as nothing. */
export function isRoot(path: string): boolean {
  return path.split('/').every((part) => part === '' || part === '.');
}

/** The form in which uploads take a path: without a leading slash. */
export function relativePath(path: string): string {
  return path.replace(/^\/+/, '');
}
