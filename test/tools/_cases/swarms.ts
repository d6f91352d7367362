/** Literal requests of src/tools/swarms.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
