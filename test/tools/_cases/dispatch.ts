/** Literal requests of src/tools/dispatch.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
