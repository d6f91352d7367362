/** Literal requests of src/tools/scripts.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
