/** Literal requests of src/tools/secrets.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
