/** What this program calls itself. The bundler defines the version; sources run by tests read package.json. */
import { readFileSync } from 'node:fs';

declare const __VERSION__: string | undefined;

export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : versionOfPackage();

/** This program as an MCP implementation (`serverInfo`). */
export const SERVER_INFO = { name: 'aegis-mcp', version: VERSION };

/** This program as an HTTP client (RFC 9110, section 10.1.5). */
export const USER_AGENT = `${SERVER_INFO.name}/${VERSION}`;

function versionOfPackage(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const parsed: { readonly version?: unknown } = JSON.parse(text);
  return String(parsed.version);
}
