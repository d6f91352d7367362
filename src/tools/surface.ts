/** The tools in effect: what a configuration makes of the whole list. */
import type { TOOLSET_CHOICES } from './define.js';
import type { ListingEntry } from './listing.js';

export interface SurfaceOptions {
  /** `core`, `all` (of the fixed tools), or names of toolsets. */
  readonly toolsets: readonly (typeof TOOLSET_CHOICES)[number][];
  readonly readOnly: boolean;
}

/** Names of the tools in effect, in listing order. `whoami` is always there. */
export function surface(listing: readonly ListingEntry[], options: SurfaceOptions): string[] {
  return listing
    .filter(({ effect }) => !options.readOnly || effect === 'read')
    .filter((entry) => entry.tool.name === 'whoami' || isChosen(entry, options.toolsets))
    .map(({ tool }) => tool.name);
}

function isChosen({ toolset, core }: ListingEntry, toolsets: SurfaceOptions['toolsets']): boolean {
  return toolsets.some((choice) => choice === 'all' || choice === toolset || (choice === 'core' && core));
}
