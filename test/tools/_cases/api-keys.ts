/** Literal requests of src/tools/api-keys.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
