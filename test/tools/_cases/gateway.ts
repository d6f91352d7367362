/** Literal requests of src/tools/gateway.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [];
