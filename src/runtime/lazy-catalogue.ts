/** The catalogue, loaded by the first who asks for it: most processes start without. */
import type { Config } from '../config.js';
import type { LiveSource } from '../server/tool-host.js';
import type { SealCatalogueOptions } from './seal-catalogue.js';

/** A catalogue that is loaded late. `close` loads nothing. */
export interface LazyCatalogue extends LiveSource {
  close(): Promise<void>;
}

export function createLazyCatalogue(
  { catalogPollSecs, tenant, readOnly }: Config,
  parts: Pick<SealCatalogueOptions, 'connected' | 'log' | 'taken'>,
): LazyCatalogue {
  const maxAgeMs = catalogPollSecs * 1_000;
  const open = async () => {
    const { SealCatalogue } = await import('./seal-catalogue.js');
    return new SealCatalogue({ ...parts, maxAgeMs, tenant, readOnly });
  };
  let opened: ReturnType<typeof open> | undefined;
  const catalogue = (): ReturnType<typeof open> => {
    opened ??= open();
    return opened;
  };
  return {
    maxAgeMs,
    list: async () => await (await catalogue()).list(),
    find: async (name) => await (await catalogue()).find(name),
    watch: (changed) => {
      const watching = catalogue().then((loaded) => loaded.watch(changed));
      return () => void watching.then((stop) => stop());
    },
    close: async () => (await opened)?.close(),
  };
}
