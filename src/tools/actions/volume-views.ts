/** Volumes, quotas and paths in them, between the published form and the servers'. */
import { z } from 'zod';
import { isObject } from '../../client/json-object.js';
import type { AnyArgs } from '../define.js';
import { around, count, idOf, listOf, record, shapeError, textOf } from '../results.js';

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

/** The size of a file, or a shape error. */
export function sizeOf({ size }: AnyArgs): number | string {
  const found = countOf(size);
  if (found === undefined) throw shapeError('a file with a size');
  return found;
}

function inWords(quota: Readonly<Record<string, Count>>): string {
  const { volume_count = 'an unknown number', volume_limit = 'an unknown number', used_bytes } = quota;
  const { quota_bytes: all, max_file_size_bytes: largest } = quota;
  return [
    `${volume_count} of ${isUnlimited(volume_limit, MOST_VOLUMES) ? 'any number of' : volume_limit} volumes`,
    `${bytes(used_bytes)} used ${isUnlimited(all) ? 'without a limit' : `of ${bytes(all)}`}`,
    ...(largest === undefined
      ? []
      : [`files ${isUnlimited(largest) ? 'of any size' : `up to ${bytes(largest)}`}`]),
  ].join(', ');
}

/** What stands for no number: the largest unsigned 32-bit count of volumes, and a size that no number can hold. */
const MOST_VOLUMES = 4_294_967_295;
const MOST_BYTES = 2 ** 53;

function isUnlimited(limit: Count, most = MOST_BYTES): boolean {
  return limit !== undefined && Number(limit) >= most;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function bytes(value: Count): string {
  if (typeof value !== 'number') return 'an unknown size';
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(value, 1)) / 10));
  return `${Number((value / 1024 ** power).toFixed(1))} ${UNITS[power]}`;
}

/** DirEntry: servers of the published kind tell the type of an entry in a word. */
export function toDirEntry(value: AnyArgs): AnyArgs & { name: string } {
  const is_dir = value.is_dir ?? (typeof value.type === 'string' ? /^dir/i.test(value.type) : undefined);
  return { ...value, name: textOf(value, 'name'), ...(is_dir !== undefined && { is_dir }) };
}

/** The entries of a directory: some clients of the published interface know the list as `entries`. */
export function toFiles(body: unknown): AnyArgs & { files: (AnyArgs & { name: string })[] } {
  const key = isObject(body) && Array.isArray(body.entries) ? 'entries' : 'files';
  return { ...around(key, body), files: listOf(key, body, toDirEntry) };
}

/** Whether a path names the volume itself: the server reads empty parts and dots as nothing. */
export function isRoot(path: string): boolean {
  return path.split('/').every((part) => part === '' || part === '.');
}

/** The form in which uploads take a path: without a leading slash. */
export function relativePath(path: string): string {
  return path.replace(/^\/+/, '');
}
