/** Answers of the gateway that are text. */
import { cleanServerText } from '../../client/server-text.js';
import { AegisError } from '../../errors.js';
import type { Call } from '../define.js';

/** The text of the row's answer. Throws `bad_response` for a page: that is a proxy or a login in front. */
export async function readText<A>(call: Call<A>): Promise<string> {
  const { bytes, type } = await call.download();
  const text = new TextDecoder().decode(bytes);
  if (!/html/i.test(type)) return text;
  const beginning = cleanServerText(text.slice(0, 100));
  throw new AegisError('bad_response', `The server answered with a page ("${beginning}") instead of text.`, {
    next: 'Check that the address is that of an AEGIS gateway and not of a login page or proxy.',
  });
}
