/** What a script must be, and how many a caller may keep (schema ScriptInput, operation createScript). */
import { z } from 'zod';
import { decodeWith } from '../router.js';
import { option, strings } from '../shapes.js';

const input = z.object({
  name: z.string(),
  description: z.string().default(''),
  code: z.string(),
  tags: strings.default([]),
  visibility: option(z.string()),
});

/** A script as the caller sends it. */
export type ScriptInput = z.infer<typeof input>;

/** Decodes the body of create and update; both are the whole script. */
export const decodeScript = decodeWith(input);

/** All in bytes of UTF-8. */
const LIMITS = { name: 128, description: 2048, code: 262_144 } as const;
const MOST_TAGS = 16;
const TAG = /^[a-z0-9_-]{1,32}$/;

/** Active scripts one caller may own, by tier; any other tier and kind of caller: no limit. */
export const SCRIPTS_BY_TIER: ReadonlyMap<string, number> = new Map([
  ['free', 5],
  ['pro', 50],
  ['business', 500],
]);

/** Why a visibility is refused; undefined for none and for `private` in any case. */
export function findVisibilityFault(visibility: string | undefined): string | undefined {
  if (visibility === undefined || /^private$/i.test(visibility)) return undefined;
  return `script visibility '${visibility}' is not supported yet; only 'private' is accepted`;
}

/** The first rule a script breaks, in the server's order; undefined when it is sound. */
export function findScriptFault({ name, description, code, tags }: ScriptInput): string | undefined {
  if (name === '') return 'script name must not be empty';
  if (exceeds(name, LIMITS.name)) return `script name exceeds ${LIMITS.name}-byte maximum`;
  if (/[/\\]/.test(name)) return 'script name may not contain path separators';
  if (exceeds(description, LIMITS.description)) {
    return `script description exceeds ${LIMITS.description}-byte maximum`;
  }
  if (isTooLarge(code)) return CODE_TOO_LARGE;
  if (tags.length > MOST_TAGS) return `scripts may have at most ${MOST_TAGS} tags`;
  const wrong = tags.find((tag) => !TAG.test(tag));
  return wrong === undefined ? undefined : `invalid tag: ${wrong}`;
}

/** The fault of code that is too large; creating checks it before the name is known to be free. */
export const CODE_TOO_LARGE = `script code exceeds ${LIMITS.code}-byte maximum`;

/** Whether code is larger than 256 KiB. */
export function isTooLarge(code: string): boolean {
  return exceeds(code, LIMITS.code);
}

function exceeds(text: string, bytes: number): boolean {
  return Buffer.byteLength(text) > bytes;
}
