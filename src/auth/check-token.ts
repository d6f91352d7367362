/** Checks what is about to become an Authorization header. */
import { AegisError } from '../errors.js';

/**
 * The token without white space around it. Throws `invalid_configuration` when it is empty or not one run of
 * visible ASCII (RFC 6750, section 2.1). The message names `source` and never the token.
 */
export function checkToken(text: string, source: string): string {
  const token = text.trim();
  if (token === '') throw badToken(`${source} is empty`, 'Put a token there.');
  if (/^bearer\s/i.test(token)) throw badToken(`${source} starts with "Bearer"`, 'Give the token alone.');
  if (!/^[\x21-\x7e]+$/.test(token))
    throw badToken(`${source} has white space or other characters inside that no token has`, 'Copy it anew.');
  return token;
}

function badToken(fault: string, next: string): AegisError {
  return new AegisError('invalid_configuration', `${fault[0]?.toUpperCase()}${fault.slice(1)}.`, { next });
}
