/** The addresses under which clients open files of executions and volumes as resources. */

export type FileHome = 'executions' | 'volumes';

export interface FileAddress {
  readonly home: FileHome;
  /** Of the execution or volume. */
  readonly id: string;
  /** Within it, without a leading slash. */
  readonly path: string;
}

const FILE_URI = /^aegis:\/\/(executions|volumes)\/([^/?#]+)\/files\/([^?#]+)$/;

/**
 * `aegis://volumes/{id}/files/{path}`; the path keeps its slashes, its segments are percent-encoded. Segments that
 * servers read as nothing are left out.
 */
export function fileUri({ home, id, path }: FileAddress): string {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return `aegis://${home}/${encode(id)}/files/${segments.map(encode).join('/')}`;
}

/** RFC 3986 section 2.1; encodeURIComponent throws on half of a surrogate pair, which no file name has. */
function encode(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** What such an address names; undefined for any other text, and for one that would name a file twice. */
export function parseFileUri(uri: string): FileAddress | undefined {
  const [, home, id, path] = FILE_URI.exec(uri) ?? [];
  if ((home !== 'executions' && home !== 'volumes') || id === undefined || path === undefined)
    return undefined;
  const [owner, ...segments] = [id, ...path.split('/')].map(decode);
  if (owner === undefined || segments.includes(undefined)) return undefined;
  return { home, id: owner, path: segments.join('/') };
}

/** A segment decoded; undefined for one that a server would read as something else than a name. */
function decode(segment: string): string | undefined {
  try {
    const name = decodeURIComponent(segment);
    return /^\.{0,2}$|[/\p{Cc}]/u.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}
