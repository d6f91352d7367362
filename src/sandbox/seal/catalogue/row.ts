/** Rows of the tool catalogue: names, descriptions and input schemas of the orchestrator's built-in tools. */

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ToolRow {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** Arguments the server insists on; they may be more than the advertised schema says. */
  readonly required: readonly string[];
  /** False: dispatched, but shown in no list. */
  readonly advertised: boolean;
  readonly executor?: 'edge';
  readonly fleetCapable?: true;
}

/** An advertised tool. Properties whose name ends in `!` are required. */
export function tool(
  name: string,
  description: string,
  properties: Readonly<Record<string, JsonSchema>> = {},
): ToolRow {
  const required = Object.keys(properties).filter((key) => key.endsWith('!'));
  const entries = Object.entries(properties).map(([key, schema]) => [bare(key), schema] as const);
  const names = required.map(bare);
  const inputSchema = { type: 'object', properties: Object.fromEntries(entries), required: names };
  return { name, description, inputSchema, required: names, advertised: true };
}

/** A tool whose advertised schema is a bare object although it reads arguments. */
export function untyped(name: string, description: string, required: readonly string[] = []): ToolRow {
  return { name, description, inputSchema: { type: 'object' }, required, advertised: true };
}

/** The same tools, dispatched but not listed. */
export function unlisted(rows: readonly ToolRow[]): readonly ToolRow[] {
  return rows.map((row) => ({ ...row, advertised: false }));
}

export const text: JsonSchema = { type: 'string' };
export const integer: JsonSchema = { type: 'integer' };
export const record: JsonSchema = { type: 'object' };
export const texts: JsonSchema = { type: 'array', items: text };
export const flag: JsonSchema = { type: 'boolean', default: false };

/** A string out of a list. */
export function oneOf(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values };
}

/** A property with a default. */
export function withDefault(schema: JsonSchema, value: unknown): JsonSchema {
  return { ...schema, default: value };
}

function bare(key: string): string {
  return key.replace(/!$/, '');
}
