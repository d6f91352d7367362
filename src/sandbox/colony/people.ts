/** E-mail addresses of callers. */
import { USERS } from '../identity/credentials.js';
import type { Identity } from '../kernel.js';

/** The caller's e-mail claim: people who log in with an address have one, operators and service accounts have not. */
export function emailOf({ subject }: Identity): string | undefined {
  return USERS.find((user) => user.subject === subject && user.name.includes('@'))?.name;
}
