/** Literal requests of src/tools/admin.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
