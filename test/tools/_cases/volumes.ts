/** Literal requests of src/tools/volumes.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
