/** Version of this program. The bundler defines it; sources run by tests read package.json. */
import { readFileSync } from 'node:fs';

declare const __VERSION__: string | undefined;

export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : versionOfPackage();

function versionOfPackage(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const parsed: { readonly version?: unknown } = JSON.parse(text);
  return String(parsed.version);
}
