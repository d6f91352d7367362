/** Progress messages, in words of our own: nothing that an agent wrote gets into them. */
import type { ActivityEvent } from './events.js';

/** `iteration 2 started`, `workflow state entered: REVIEW`, `console output (iteration 1)`. */
export function describeEvent({ type, iteration, state }: ActivityEvent): string {
  const words = type.replaceAll('_', ' ');
  if (iteration !== undefined && words.startsWith('iteration ')) {
    return `iteration ${iteration} ${words.slice('iteration '.length)}`;
  }
  if (state !== undefined) return `${words}: ${state.slice(0, 80)}`;
  return iteration === undefined ? words : `${words} (iteration ${iteration})`;
}
