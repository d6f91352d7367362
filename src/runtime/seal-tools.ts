/** The modes of single tools (`--seal-tools`), held against the tools that there are. */
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import type { ListingEntry } from '../tools/listing.js';
import { nearest } from '../tools/near-miss.js';

/** @throws AegisError `invalid_configuration` for a name that is no sensitive tool: it would do nothing. */
export function checkSealTools(
  { sealTools }: Pick<Config, 'sealTools'>,
  listing: readonly ListingEntry[],
): void {
  for (const name of sealTools?.keys() ?? []) {
    const entry = listing.find(({ tool }) => tool.name === name);
    if (entry?.sensitive !== true) throw refusal(name, entry, listing);
  }
}

function refusal(
  name: string,
  entry: ListingEntry | undefined,
  listing: readonly ListingEntry[],
): AegisError {
  const sensitive = listing.filter((other) => other.sensitive).map(({ tool }) => tool.name);
  const near = nearest(name, sensitive);
  const guess = near === undefined || entry !== undefined ? '' : ` Did you mean ${near}?`;
  const why = entry === undefined ? 'is no tool of this server' : 'is no sensitive tool: it is never signed';
  return new AegisError('invalid_configuration', `--seal-tools (AEGIS_SEAL_TOOLS): ${name} ${why}.${guess}`, {
    next: `Sensitive tools: ${sensitive.join(', ')}.`,
  });
}
