/** Hosts that script how a simulated remote behaves (RFC 6761: `.invalid` never resolves, so none is real). */
import type { BackendName } from '../volumes/backends.js';

/** Texts of failures; absent: it works. */
export interface HostScript {
  /** Backend of the volume that the repository is cloned into. */
  readonly backend: BackendName;
  /** The clone fails with this, or never ends. */
  readonly clone?: { readonly error: string } | 'hangs';
  /** Fetching and pushing fail. */
  readonly remote?: string;
  /** Everything that reads the clone fails too. */
  readonly local?: string;
}

const USUAL: HostScript = { backend: 'local_host' };

const SCRIPTS: ReadonlyMap<string, HostScript> = new Map<string, HostScript>([
  ['fail.invalid', { ...USUAL, clone: { error: 'failed to resolve address for fail.invalid' } }],
  ['hang.invalid', { ...USUAL, clone: 'hangs', remote: 'connection to hang.invalid timed out' }],
  ['offline.invalid', { ...USUAL, remote: 'failed to connect to offline.invalid' }],
  ['corrupt.invalid', { ...USUAL, remote: 'object not found', local: 'object not found' }],
  ['seaweedfs.invalid', { backend: 'seaweedfs' }],
]);

export function scriptOf(host: string): HostScript {
  return SCRIPTS.get(host) ?? USUAL;
}
