/** Literal requests of src/tools/billing.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
