/** Text written by a server, made fit to be shown: secrets out, control characters out, bounded. */

/** Longest text taken over from a server, characters. */
export const MAX_SERVER_TEXT = 2_000;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  // Not the plain words of "Bearer token required".
  [/\b([Bb]earer)\s+(?![A-Za-z]?[a-z]*[.,;:!]?(?:\s|$))[\w.~+/=-]+/g, '$1 [redacted]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '[redacted token]'],
  [/\baegis_[0-9A-Za-z]{20,}/g, '[redacted key]'],
  [/\b(?:sk|rk|whsec)_[\w]{16,}/g, '[redacted key]'],
  [/\bhv[sbr]\.[\w-]{8,}/g, '[redacted token]'],
  [/(\/\/[^/\s:@]*):[^/\s@]+@/g, '$1:[redacted]@'],
];

/** Masks bearer tokens, JWTs, AEGIS API keys (D02), Stripe keys, OpenBao tokens and passwords in URLs. */
export function redactSecrets(text: string): string {
  return SECRETS.reduce((redacted, [pattern, mask]) => redacted.replace(pattern, mask), text);
}

/** One line of at most {@link MAX_SERVER_TEXT} characters without secrets, control or invisible characters. */
export function cleanServerText(text: string): string {
  const visible = text.replace(/[\p{Cf}\p{Cs}]/gu, '').replace(/[\p{Cc}\s]+/gu, ' ');
  return boundText(redactSecrets(visible).trim(), MAX_SERVER_TEXT);
}

/** The beginning of a text and how much was left out. */
export function boundText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept} [${text.length - kept.length} more characters]`;
}

/** A request path for logs: segments that could be secrets (invitation tokens) are masked. */
export function maskPath(path: string): string {
  return redactSecrets(path)
    .split('/')
    .map((segment) => (segment.length > 40 ? '[masked]' : segment))
    .join('/');
}
