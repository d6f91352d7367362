/** JSONPath text cut into tokens. */

/** Not a JSONPath the gateway takes; the message says where. */
export class JsonPathError extends Error {}

export type Token =
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

const MARKS = /\.\.|==|!=|<=|>=|&&|\|\||[$@.*[\](),?:<>]/y;
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y;
const NAME = /[^\s$@.*[\](),?:<>=!&|'"]+/y;
const SPACE = /\s+/y;

/** The tokens, white space dropped. Throws JsonPathError on a character that starts none. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length; ) {
    const [token, length] = readToken(source, at);
    if (token !== undefined) tokens.push(token);
    at += length;
  }
  return tokens;
}

function readToken(source: string, at: number): [Token | undefined, number] {
  const space = match(SPACE, source, at);
  if (space !== undefined) return [undefined, space.length];
  const mark = match(MARKS, source, at);
  if (mark !== undefined) return [{ kind: 'mark', text: mark }, mark.length];
  const quoted = match(QUOTED, source, at);
  if (quoted !== undefined) return [{ kind: 'text', text: unquote(quoted) }, quoted.length];
  const name = match(NAME, source, at);
  if (name !== undefined) return [{ kind: 'name', text: name }, name.length];
  throw new JsonPathError(`unexpected \`${source[at]}\` at ${at}`);
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
}
