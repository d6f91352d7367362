/** Remembers which dialect a server speaks. One memory serves one base URL. */
import type { DialectMemory, DialectName } from './context.js';

/**
 * `auto` tries the live dialect first, then the other, and remembers per tool what answered; a tool not yet
 * tried starts with the dialect seen last. A fixed dialect never falls back.
 */
export function createDialectMemory(mode: 'auto' | DialectName): DialectMemory {
  const known = new Map<string, DialectName>();
  let latest: DialectName = mode === 'auto' ? 'live' : mode;
  return {
    mayFallBack: mode === 'auto',
    first: (tool) => known.get(tool) ?? latest,
    remember: (tool, dialect) => {
      if (mode !== 'auto') return;
      known.set(tool, dialect);
      latest = dialect;
    },
  };
}
