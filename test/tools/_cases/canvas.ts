/** Literal requests of src/tools/canvas.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
