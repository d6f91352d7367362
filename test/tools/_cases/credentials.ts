/** Literal requests of src/tools/credentials.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
