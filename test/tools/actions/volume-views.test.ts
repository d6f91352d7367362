import { describe, expect, it } from 'vitest';
import {
  isRoot,
  relativePath,
  sizeOf,
  toDirEntry,
  toFiles,
  toVolume,
  toVolumeQuota,
} from '../../../src/tools/actions/volume-views.js';

describe('a volume', () => {
  it('has its name, whatever the server calls it', () => {
    expect(toVolume({ id: '1', name: 'a', label: 'b' })).toEqual({ id: '1', name: 'a', label: 'b' });
    expect(toVolume({ id: '1', label: 'b' })).toEqual({ id: '1', label: 'b', name: 'b' });
  });

  it.each([{ id: '1' }, { name: 'a' }, { id: 1, name: 'a' }, { id: '1', name: 7 }])('%j is none', (value) => {
    expect(() => toVolume(value)).toThrow("The server's answer is not");
  });
});

describe('a quota in words', () => {
  const free = {
    volume_count: 1,
    total_bytes_used: 1_610_612_736,
    max_volumes: 2,
    total_storage_bytes: 524_288_000,
    max_file_size_bytes: 52_428_800,
  };
  it.each<[Record<string, unknown>, boolean, string]>([
    [{}, false, '1 of 2 volumes, 1.5 GiB used of 500 MiB, files up to 50 MiB'],
    [
      { total_bytes_used: 0, volume_count: 0 },
      false,
      '0 of 2 volumes, 0 bytes used of 500 MiB, files up to 50 MiB',
    ],
    [{ total_bytes_used: 1023 }, false, '1 of 2 volumes, 1023 bytes used of 500 MiB, files up to 50 MiB'],
    [
      { total_storage_bytes: '18446744073709551615', max_file_size_bytes: '18446744073709551615' },
      true,
      '1 of 2 volumes, 1.5 GiB used without a limit, files of any size',
    ],
    // As JSON.parse of another client in between would have rounded it.
    [
      { total_storage_bytes: 18_446_744_073_709_552_000 },
      true,
      '1 of 2 volumes, 1.5 GiB used without a limit, files up to 50 MiB',
    ],
    [
      { max_volumes: 4_294_967_295 },
      false,
      '1 of any number of volumes, 1.5 GiB used of 500 MiB, files up to 50 MiB',
    ],
    [
      { total_storage_bytes: 4_294_967_295 },
      false,
      '1 of 2 volumes, 1.5 GiB used of 4 GiB, files up to 50 MiB',
    ],
    [{ total_storage_bytes: 2 ** 52 }, false, '1 of 2 volumes, 1.5 GiB used of 4 PiB, files up to 50 MiB'],
  ])('%j', (change, unlimited, summary) => {
    expect(toVolumeQuota({ ...free, ...change })).toMatchObject({ unlimited, summary });
  });

  it('makes the best of an answer without numbers', () => {
    expect(toVolumeQuota({})).toMatchObject({
      unlimited: false,
      summary: 'an unknown number of an unknown number volumes, an unknown size used of an unknown size',
    });
  });

  it('keeps what the server says', () => {
    expect(toVolumeQuota({ ...free, tier: 'free' })).toMatchObject({
      ...free,
      tier: 'free',
      quota_bytes: 524_288_000,
    });
  });
});

describe('entries of a directory', () => {
  it.each([
    [{ name: 'a', is_dir: true }, true],
    [{ name: 'a', is_dir: false, type: 'dir' }, false],
    [{ name: 'a', type: 'dir' }, true],
    [{ name: 'a', type: 'directory' }, true],
    [{ name: 'a', type: 'file' }, false],
    [{ name: 'a', type: 'Directory' }, true],
    [{ name: 'a', type: null }, undefined],
    [{ name: 'a' }, undefined],
  ])('%j', (entry, is_dir) => {
    expect(toDirEntry(entry).is_dir).toBe(is_dir);
  });
});

describe('the size of a file', () => {
  it.each([0, 5, '18446744073709551615'])('%j', (size) => {
    expect(sizeOf({ size })).toBe(size);
  });

  it.each([undefined, null])('%j is refused', (size) => {
    expect(() => sizeOf({ size })).toThrow("The server's answer is not a file with a size.");
  });
});

describe('a listing', () => {
  const files = [{ name: 'a', is_dir: false }];

  it.each([
    [files, { files }],
    [
      { files, path: '/' },
      { files, path: '/' },
    ],
    [
      { entries: files, path: '/' },
      { files, path: '/' },
    ],
    [{ files: [] }, { files: [] }],
  ])('%j', (body, listed) => {
    expect(toFiles(body)).toEqual(listed);
  });

  it('is refused without a list', () => {
    expect(() => toFiles({ entries: 1 })).toThrow("The server's answer is not a list of files.");
  });
});

describe('paths', () => {
  it.each(['', '/', '//', '.', './', '/./.'])('%j is the whole volume', (path) => {
    expect(isRoot(path)).toBe(true);
  });

  it.each(['a', '/a', './a', '..', '...', ' ', 'a/.'])('%j is something in it', (path) => {
    expect(isRoot(path)).toBe(false);
  });

  it('lose their leading slashes for uploads', () => {
    expect(['/a/b', '//a', 'a/'].map(relativePath)).toEqual(['a/b', 'a', 'a/']);
  });
});
