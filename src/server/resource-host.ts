/** All resources of the server as one host. */
import { createFileHost } from './file-host.js';
import type { FileHost } from './host.js';
import { createReceiptHost } from './receipt-host.js';
import { type ResourceSource, unknownUri } from './resource-source.js';

/** The resources behind the tools in effect; undefined when none of these tools has any. */
export function createResourceHost(source: ResourceSource): FileHost | undefined {
  const hosts = [createFileHost(source), createReceiptHost(source)].filter((host) => host !== undefined);
  if (hosts.length === 0) return undefined;
  const hostOf = (uri: string): FileHost | undefined => hosts.find((host) => host.owns(uri));
  return {
    resources: hosts.flatMap((host) => host.resources),
    templates: hosts.flatMap((host) => host.templates),
    owns: (uri) => hostOf(uri) !== undefined,
    async read(uri, signal) {
      const host = hostOf(uri);
      if (host === undefined) throw unknownUri(uri);
      return await host.read(uri, signal);
    },
  };
}
