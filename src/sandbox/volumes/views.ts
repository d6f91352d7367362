/** What the volume routes answer with, by dialect. */
import type { Reply } from '../kernel.js';
import { statusOf } from './backends.js';
import type { Entry } from './files.js';
import type { Quota } from './quota.js';
import { sizeOf, type VolumeRecord } from './records.js';
import type { Upload } from './upload.js';

/** Contract schema Volume. */
export function volumeView(volume: VolumeRecord) {
  return {
    id: volume.id,
    name: volume.label,
    status: statusOf(volume.label),
    size_limit_bytes: sizeOf(volume),
    created_at: volume.created_at,
  };
}

/** Contract schema VolumeWithUsage. */
export function volumeWithUsage(volume: VolumeRecord, used_bytes: number) {
  return { ...volumeView(volume), used_bytes };
}

/** The published type Volume; the reference's examples call the label `name`. */
export function documentedVolume(volume: VolumeRecord, used_bytes: number) {
  const { label, created_at } = volume;
  return { id: volume.id, name: label, label, size_limit_bytes: sizeOf(volume), used_bytes, created_at };
}

/** Contract schema DirEntry: the live server fills in neither size nor time. */
export function entryView({ name, directory }: Entry) {
  return { name, is_dir: directory, size_bytes: 0, modified_at: null };
}

/** The published type VolumeFileEntry. */
export function documentedEntry({ name, directory, size, modified }: Entry) {
  return { name, type: directory ? 'dir' : 'file', size_bytes: size, modified_at: modified };
}

/** Contract schema UploadResult. */
export function uploadView({ volumeId, path, name, type, size, sha256 }: Upload) {
  return { volume_id: volumeId, path, name, mime_type: type, size, sha256 };
}

/** Contract schema VolumeQuota. */
export function quotaView({ volumes, usedBytes, limits }: Quota): Reply {
  return exactNumbers({
    volume_count: volumes,
    total_bytes_used: usedBytes,
    max_volumes: limits.maxVolumes,
    total_storage_bytes: limits.storageBytes,
    max_file_size_bytes: limits.fileBytes,
  });
}

/** The published type VolumeQuota. */
export function documentedQuota({ volumes, usedBytes, limits }: Quota): Reply {
  return exactNumbers({
    quota_bytes: limits.storageBytes,
    used_bytes: usedBytes,
    volume_count: volumes,
    volume_limit: limits.maxVolumes,
  });
}

/** A JSON object of integers, none of them rounded: JSON.stringify writes no bigint. */
function exactNumbers(members: Readonly<Record<string, bigint | number>>): Reply {
  const text = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  return { status: 200, bytes: Buffer.from(`{${text.join(',')}}`), type: 'application/json' };
}
