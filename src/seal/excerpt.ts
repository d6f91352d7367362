/** The beginning of what a server wrote: enough to find the cause, and no more than a receipt should hold. */

const MAX_LENGTH = 500;

/** At most 500 characters of a text. */
export function excerpt(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
