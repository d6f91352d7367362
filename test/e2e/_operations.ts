/** The contract operations behind the tools. */
import type { Toolset } from '../../src/tools/define.js';
import { registry } from '../../src/tools/registry.js';

/** Operations that the tools of these toolsets call on a live server, further reads included; sorted. */
export function operationsOf(toolsets: readonly Toolset[]): string[] {
  const rows = Object.values(registry).filter(({ toolset }) => toolsets.includes(toolset));
  const wires = rows.flatMap(({ live, reads }) => [live, ...reads]);
  return [...new Set(wires.flatMap((wire) => (wire === undefined ? [] : [wire.operation])))].sort();
}
