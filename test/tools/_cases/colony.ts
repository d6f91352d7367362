/** Literal requests of src/tools/colony.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
