/** Literal requests of src/tools/git-storage.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
