import type { AgentManifest } from './agent-manifest.js';

/** The runtime pairs of the node's registry (D73). */
const RUNTIMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['python', ['3.9', '3.10', '3.11']],
  ['javascript', ['18', '20']],
  ['typescript', ['5.1']],
  ['rust', ['1.74', '1.75']],
  ['go', ['1.20', '1.21']],
]);

/** Seconds an execution may take when the manifest sets no limit. */
const DEFAULT_LIMIT_SECONDS = 1800;

/** Why the runtime cannot start; deploy does not check this, the run fails (D70, D73). */
export function findRuntimeFault({ spec: { runtime } }: AgentManifest): string | undefined {
  const { language, version, image } = runtime;
  if (image !== undefined) {
    if (language !== undefined) return 'Invalid runtime: language and image exclude each other';
    return image.includes('/') ? undefined : `Invalid runtime: image ${image} must be fully qualified`;
  }
  if (language === undefined || version === undefined)
    return 'Invalid runtime: language and version, or image';
  const versions = RUNTIMES.get(language);
  if (versions?.includes(version)) return undefined;
  const known = versions
    ? `supported: ${versions.join(', ')}`
    : `languages: ${[...RUNTIMES.keys()].join(', ')}`;
  return `Unsupported runtime: ${language} ${version} (${known})`;
}

/** The overall limit of a run in seconds, from spec.security.resources.timeout (`90s`, `5m`, `1h`, bare seconds). */
export function limitSeconds({ spec }: AgentManifest): number {
  const match = /^(\d{1,6})([smh]?)$/.exec(spec.security?.resources.timeout ?? '');
  if (!match) return DEFAULT_LIMIT_SECONDS;
  const unit = match[2] === 'h' ? 3600 : match[2] === 'm' ? 60 : 1;
  return Number(match[1]) * unit;
}
