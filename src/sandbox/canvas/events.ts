/** What the streams of canvas sessions tell (schema CanvasEvent); commits and pushes are not simulated. */

const NAMES = {
  FilesWrittenByAgent: 'canvas_files_written_by_agent',
  SessionTerminated: 'canvas_session_terminated',
} as const;

/** One event; `fields` are those of the variant in the contract. */
export interface CanvasEvent {
  readonly variant: keyof typeof NAMES;
  readonly fields: Readonly<Record<string, unknown>> & { readonly session_id: string };
}

/** The `event:` name of an event in a stream. */
export function nameOf({ variant }: CanvasEvent): string {
  return NAMES[variant];
}

/** The data of an event in a stream: externally tagged. */
export function dataOf({ variant, fields }: CanvasEvent): unknown {
  return { [variant]: fields };
}
