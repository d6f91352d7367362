/** Literal requests of src/tools/observability.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
