/** Values of options as people write them. Messages complete the sentence that begins with the option. */
import { z } from 'zod';

export const text = () => z.string().min(1, 'must not be empty');

/** A switch given as text, in any case. */
export const toggle = () =>
  z
    .string()
    .regex(/^(true|false|1|0|yes|no|on|off)$/i, 'must be true or false')
    .transform((value) => /^(true|1|yes|on)$/i.test(value));

/** Plain decimal digits: JavaScript would also read '' as 0, and hexadecimal. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .refine((value) => /^\d+$/.test(value) && isWithin(value, least, most), {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number);

/** A time in seconds, with decimals where wanted. */
export const seconds = (least: number, most: number) =>
  z
    .string()
    .refine((value) => /^\d+(\.\d+)?$/.test(value) && isWithin(value, least, most), {
      error: `must be a number of seconds from ${least} to ${most}`,
    })
    .transform(Number);

function isWithin(value: string, least: number, most: number): boolean {
  return Number(value) >= least && Number(value) <= most;
}

/** The base address of a server, without slashes at the end. */
export const address = () =>
  z
    .string()
    .refine(isBaseAddress, 'must be an http or https address without user name, query and fragment')
    .transform((url) => url.replace(/\/+$/, ''));

function isBaseAddress(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value) || /[?#]/.test(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
}

/** Values separated by commas. */
export const list = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** A tenant slug (D03). */
export const slug = () =>
  z
    .string()
    .max(63, 'must have at most 63 characters')
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a tenant slug of [a-z0-9-]');
