/** What a step does when its call fails, in both forms (schema StepErrorPolicy). */
import { z } from 'zod';
import type { Dialect } from '../../kernel.js';

const word = z.enum(['AbortWorkflow', 'Continue']);
const live = z.union([word, z.strictObject({ RetryN: z.int().min(0).max(255) })]);

/** `RetryN` counts the extra attempts. */
export type ErrorPolicy = z.infer<typeof live>;

const RETRY = /^RetryN\((\d{1,3})\)$/;

const documented = z.union([
  word,
  z
    .string()
    .regex(RETRY)
    .transform((text): ErrorPolicy => ({ RetryN: Number(RETRY.exec(text)?.[1]) }))
    .refine((policy) => typeof policy === 'string' || policy.RetryN <= 255),
]);

/** The JSON form: `{"RetryN": 2}` on the server, `"RetryN(2)"` in the published reference. */
export const errorPolicy: Readonly<Record<Dialect, z.ZodType<ErrorPolicy>>> = { live, documented };

/** The published form. */
export function printPolicy(policy: ErrorPolicy): string {
  return typeof policy === 'string' ? policy : `RetryN(${policy.RetryN})`;
}
