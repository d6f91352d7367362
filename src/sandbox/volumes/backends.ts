/** What differs between storage backends, and the labels by which a volume gets one or a state of its own. */

/** `seaweedfs` is the server's default; `local_host` keeps a volume in a folder of the host. */
export type BackendName = 'seaweedfs' | 'local_host';

/** How file operations of a volume behave where backends, or the published reference, differ. */
export interface Behaviour {
  /** Status for a missing path of deletePath and movePath. */
  readonly missing: 404 | 500;
  /** Status for a missing directory of listFiles. */
  readonly missingDirectory: 404 | 500;
  readonly removesDirectories: boolean;
  readonly movesDirectories: boolean;
  /** Whether movePath makes the folders above its destination. */
  readonly makesFolders: boolean;
}

/** Contract operations listFiles, deletePath, movePath. */
export const BEHAVIOUR: Readonly<Record<BackendName | 'documented', Behaviour>> = {
  seaweedfs: {
    missing: 404,
    missingDirectory: 500,
    removesDirectories: true,
    movesDirectories: false,
    makesFolders: true,
  },
  local_host: {
    missing: 500,
    missingDirectory: 500,
    removesDirectories: false,
    movesDirectories: true,
    makesFolders: false,
  },
  documented: {
    missing: 404,
    missingDirectory: 404,
    removesDirectories: true,
    movesDirectories: true,
    makesFolders: true,
  },
};

/** Labels that begin like this have the volume kept by the local_host backend. */
const LOCAL_HOST = 'sandbox-local-host';
/** ... have it attached to a run for as long as it is called so. */
const ATTACHED = 'sandbox-attached';
/** ... have its storage fail: whatever touches files is a 500, its use is reported as 0. */
const FAULT = 'sandbox-storage-fault';

export function backendOf(label: string): BackendName {
  return label.startsWith(LOCAL_HOST) ? 'local_host' : 'seaweedfs';
}

export function statusOf(label: string): 'Available' | 'Attached' {
  return label.startsWith(ATTACHED) ? 'Attached' : 'Available';
}

export function storageFails(label: string): boolean {
  return label.startsWith(FAULT);
}
