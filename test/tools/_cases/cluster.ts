/** Literal requests of src/tools/cluster.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
