/** Literal requests of src/tools/user.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
