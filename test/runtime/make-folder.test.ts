import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/runtime/make-folder.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aegis-mcp-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('making a folder', () => {
  it('makes those above it with the same mode', () => {
    makeFolder(join(root, 'a', 'b'), 0o700);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700);
  });

  it('leaves one that exists as it is', () => {
    makeFolder(join(root, 'a'), 0o700);
    makeFolder(join(root, 'a'), 0o755);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  });

  it('fails below a file', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file', 'a'))).toThrow(/ENOTDIR/);
  });

  if (process.platform !== 'linux')
    process.stderr.write('There is no /proc here: the folder that cannot be made is not tried.\n');

  it.skipIf(process.platform !== 'linux')('fails where nothing can be made, and does not hang', () => {
    expect(() => makeFolder('/proc/aegis-mcp/a')).toThrow(/ENOENT/);
  });
});
