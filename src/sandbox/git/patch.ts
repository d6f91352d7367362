/** A change of a file as git shows it. */
import { open } from 'node:fs/promises';
import { hunks } from './line-diff.js';
import type { Objects } from './objects.js';
import type { Change, WorkTree } from './work-tree.js';

/** Files beyond this are shown as binary, bytes. */
const MAX_TEXT = 1024 * 1024;
/** A NUL among the first bytes makes a file binary, as git decides it. */
const PROBE = 8000;
const NOTHING = '0000000';

/** `diff --git` with header lines and hunks. */
export async function patch(
  { path, before, after }: Change,
  tree: WorkTree,
  objects: Objects,
): Promise<string> {
  const old = await readText(objects.blobFile(before));
  const now = after === null ? '' : await readText(tree.fileOf(path));
  const mode = after === null ? '' : ' 100644';
  const head = [
    `diff --git a/${path} b/${path}\n`,
    after === null ? 'deleted file mode 100644\n' : '',
    `index ${before.slice(0, 7)}..${after?.slice(0, 7) ?? NOTHING}${mode}\n`,
  ].join('');
  const target = after === null ? '/dev/null' : `b/${path}`;
  if (old === undefined || now === undefined) return `${head}Binary files a/${path} and ${target} differ\n`;
  return `${head}--- a/${path}\n+++ ${target}\n${hunks(old, now)}`;
}

/** The text of a file; undefined when it is binary or too large to compare. */
async function readText(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size > MAX_TEXT) return undefined;
    const bytes = await handle.readFile();
    return bytes.subarray(0, PROBE).includes(0) ? undefined : bytes.toString('utf8');
  } finally {
    await handle.close();
  }
}
