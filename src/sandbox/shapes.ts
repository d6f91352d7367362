import { z } from 'zod';

/** An optional member as the server's types read it: absent and null are the same, and neither is kept. */
export function option<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A required member of any JSON type, null included. */
export const anyJson = z.unknown().refine((value) => value !== undefined, 'missing field');

/** A list of texts. */
export const strings = z.array(z.string());

/** A map of texts. */
export const stringMap = z.record(z.string(), z.string());

/** An unsigned 32-bit integer. */
export const u32 = z.int().min(0).max(4_294_967_295);

/** An unsigned 64-bit integer, as far as JSON numbers are exact. */
export const u64 = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
