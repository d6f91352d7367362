/** Finds what somebody probably meant to write. */

const LONGEST = 80;

/**
 * The candidate nearest to a mistyped word, or undefined when none is near.
 * Case, `-`, `_` and `.` do not count; up to a third of the letters may differ; a word that merely adds to a
 * candidate (`timeout_seconds` for `timeout`), or the other way about, is near too.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word.slice(0, LONGEST));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = distanceOf(wanted, plain(candidate.slice(0, LONGEST)));
    if (distance !== undefined && (best === undefined || distance < best.distance))
      best = { candidate, distance };
  }
  return best?.candidate;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_.\s]/g, '');
}

function distanceOf(wanted: string, candidate: string): number | undefined {
  if (wanted === '' || candidate === '') return undefined;
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
  const distance = editDistance(wanted, candidate);
  // A one-letter word has every other one-letter word at distance 1: that is no resemblance.
  if (distance <= allowed && distance < Math.min(wanted.length, candidate.length)) return distance;
  const shorter = Math.min(wanted.length, candidate.length);
  const related = wanted.startsWith(candidate) || candidate.startsWith(wanted);
  return related && shorter >= 4 ? LONGEST + distance : undefined;
}

/** Optimal string alignment distance: insert, delete, replace or swap two neighbours, each at a cost of 1. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const replaced = (above[column - 1] ?? 0) + (same ? 0 : 1);
      const shifted = Math.min(above[column] ?? 0, current[column - 1] ?? 0) + 1;
      const swap = swapped ? (before[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(replaced, shifted, swap));
    }
    [before, above] = [above, current];
  }
  return above[right.length] ?? 0;
}
