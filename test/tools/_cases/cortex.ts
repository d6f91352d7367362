/** Literal requests of src/tools/cortex.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
