/** Object ids as git computes them (SHA-1 over kind, size and content). */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Blob ids by path, of regular files. */
export type Tree = Readonly<Record<string, string>>;

/** What a commit says; `when` in whole seconds. */
export interface CommitFacts {
  readonly tree: Tree;
  readonly parent: string | null;
  readonly message: string;
  /** `Name <address>` */
  readonly author: string;
  readonly when: number;
}

export function idOf(kind: 'blob' | 'tree' | 'commit', content: Uint8Array): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex');
}

/** The blob id of a file, in constant memory. */
export async function idOfFile(file: string): Promise<string> {
  const { size } = await stat(file);
  const hash = createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Folders become trees of their own; a folder sorts as if its name ended in a slash. */
export function idOfTree(tree: Tree): string {
  const folders = new Map<string, [string, string][]>();
  const entries: {
    readonly sort: string;
    readonly mode: string;
    readonly name: string;
    readonly id: string;
  }[] = [];
  for (const [path, id] of Object.entries(tree)) {
    const [name = '', ...rest] = path.split('/');
    if (rest.length === 0) entries.push({ sort: name, mode: '100644', name, id });
    else inFolder(folders, name).push([rest.join('/'), id]);
  }
  for (const [name, inner] of folders) {
    entries.push({ sort: `${name}/`, mode: '40000', name, id: idOfTree(Object.fromEntries(inner)) });
  }
  entries.sort((left, right) => Buffer.compare(Buffer.from(left.sort), Buffer.from(right.sort)));
  const lines = entries.flatMap(({ mode, name, id }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(id, 'hex'),
  ]);
  return idOf('tree', Buffer.concat(lines));
}

function inFolder(folders: Map<string, [string, string][]>, name: string): [string, string][] {
  const entries = folders.get(name) ?? [];
  folders.set(name, entries);
  return entries;
}

export function idOfCommit({ tree, parent, message, author, when }: CommitFacts): string {
  const lines = [
    `tree ${idOfTree(tree)}`,
    ...(parent === null ? [] : [`parent ${parent}`]),
    `author ${author} ${when} +0000`,
    `committer ${author} ${when} +0000`,
    '',
    message,
  ];
  return idOf('commit', Buffer.from(lines.join('\n')));
}
