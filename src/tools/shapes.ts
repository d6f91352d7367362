/** Arguments that several rows share. Functions, because schemas are built only when a tool is first called. */
import { z } from 'zod';

/** An id or name that becomes a path segment. */
export const id = (what: string) => z.string().min(1).max(512).describe(what);

export const agentId = () => id('UUID of the agent; lookup_agent finds it by name.');
export const executionId = () => id('UUID of the execution.');
export const workflowExecutionId = () => id('UUID of the workflow execution.');
export const workflowName = () => id('Name of the workflow.');

export const text = (what: string) => z.string().describe(what);
export const flag = (what: string) => z.boolean().describe(what).optional();

/** Any JSON value. */
export const anyJson = (what: string) => z.unknown().describe(what);

/** A JSON object. */
export const object = (what: string) => z.record(z.string(), z.unknown()).describe(what);

export const limit = (fallback: number, most: number) =>
  z.int().min(0).max(most).describe(`Most items to return. Default ${fallback}.`).optional();

/** For lists that the server gives whole unless told otherwise. */
export const limitOfAll = () =>
  z.int().min(1).max(500).describe('Most items to return, 1 to 500. Default all.').optional();

export const offset = () =>
  z.int().min(0).max(1_000_000_000).describe('Items to skip. Default 0.').optional();

export const scope = (what: string) => z.enum(['global', 'tenant', 'user']).describe(what);

/** Bounds shared by the three streams. */
export const streamBounds = () => ({
  max_seconds: z
    .int()
    .min(1)
    .max(3600)
    .describe('Stop reading after this many seconds; the run goes on. Default 120.')
    .optional(),
  max_events: z
    .int()
    .min(1)
    .max(10_000)
    .describe('Stop reading after this many new events; the run goes on. Default 1000.')
    .optional(),
});
