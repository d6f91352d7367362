/** Literal requests of src/tools/stimuli.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
