/** Values of options as people write them. Messages complete the sentence that begins with the option. */
import * as z from 'zod/mini';

// zod/mini comes without texts for its own checks; the whole of zod would double the time to read the options.
z.config(z.locales.en());

export const text = () => z.string().check(z.minLength(1, 'must not be empty'));

/** A switch given as text, in any case. */
export const toggle = () =>
  z.pipe(
    z.string().check(z.regex(/^(true|false|1|0|yes|no|on|off)$/i, 'must be true or false')),
    z.transform((value: string) => /^(true|1|yes|on)$/i.test(value)),
  );

/** Plain decimal digits: JavaScript would also read '' as 0, and hexadecimal. */
export const wholeNumber = (least: number, most: number) =>
  z.pipe(
    z.string().check(
      z.refine((value) => /^\d+$/.test(value) && isWithin(value, least, most), {
        error: `must be a whole number from ${least} to ${most}`,
      }),
    ),
    z.transform(Number),
  );

/** A time in seconds, with decimals where wanted. */
export const seconds = (least: number, most: number) =>
  z.pipe(
    z.string().check(
      z.refine((value) => /^\d+(\.\d+)?$/.test(value) && isWithin(value, least, most), {
        error: `must be a number of seconds from ${least} to ${most}`,
      }),
    ),
    z.transform(Number),
  );

function isWithin(value: string, least: number, most: number): boolean {
  return Number(value) >= least && Number(value) <= most;
}

/** The base address of a server, without slashes at the end. */
export const address = () =>
  z.pipe(
    z
      .string()
      .check(
        z.refine(isBaseAddress, 'must be an http or https address without user name, query and fragment'),
      ),
    z.transform((url: string) => url.replace(/\/+$/, '')),
  );

function isBaseAddress(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value) || /[?#]/.test(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
}

/** Values separated by commas. */
export const list = () =>
  z.pipe(
    z.string(),
    z.transform((value: string) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    ),
  );

/** Secrets by name. The value itself is never repeated in a message. */
export const secrets = () =>
  z.pipe(
    z.string().check(
      z.refine((value) => readSecrets(value) !== undefined, {
        error: 'must be name=secret, comma separated, or a JSON object of texts',
      }),
    ),
    z.transform((value: string): ReadonlyMap<string, string> => readSecrets(value) ?? new Map()),
  );

function readSecrets(value: string): ReadonlyMap<string, string> | undefined {
  const pairs = value.trimStart().startsWith('{') ? jsonPairs(value) : listedPairs(value);
  const usable = pairs?.every(([name, secret]) => name !== '' && typeof secret === 'string' && secret !== '');
  return usable === true ? new Map(pairs?.map(([name, secret]) => [name, String(secret)])) : undefined;
}

function jsonPairs(value: string): [string, unknown][] | undefined {
  try {
    return Object.entries(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** The first `=` divides: secrets in base64 end in some. */
function listedPairs(value: string): [string, string][] {
  return value.split(',').map((pair) => {
    const divider = pair.indexOf('=');
    return [pair.slice(0, Math.max(0, divider)).trim(), pair.slice(divider + 1).trim()];
  });
}

/** A tenant slug (D03). */
export const slug = () =>
  z
    .string()
    .check(
      z.maxLength(63, 'must have at most 63 characters'),
      z.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a tenant slug of [a-z0-9-]'),
    );

const MODES = ['auto', 'required', 'off'] as const;

/** Ways of sensitive calls, by the name of the tool. */
export const modes = () =>
  z.pipe(
    z.string().check(
      z.refine((value) => readModes(value) !== undefined, {
        error: `must be tool=mode, comma separated; a mode is ${MODES.join(', ')}`,
      }),
    ),
    z.transform(
      (value: string): ReadonlyMap<string, (typeof MODES)[number]> => readModes(value) ?? new Map(),
    ),
  );

function readModes(value: string): ReadonlyMap<string, (typeof MODES)[number]> | undefined {
  const pairs = listedPairs(value);
  const read = pairs.map(([name, mode]) => [name, MODES.find((known) => known === mode)] as const);
  const usable = new Map(read.flatMap(([name, mode]) => (name && mode ? [[name, mode]] : [])));
  return usable.size === pairs.length ? usable : undefined;
}
