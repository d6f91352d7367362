/** The contract operations behind the tools. */
import type { Toolset } from '../../src/tools/define.js';
import { registry } from '../../src/tools/registry.js';

/** Tested together, in every-tool.test.ts and contract.test.ts; each other toolset has files of its own. */
export const FIRST_TOOLSETS: readonly Toolset[] = [
  'agents',
  'executions',
  'approvals',
  'workflows',
  'workflow_executions',
  'seal',
  'system',
];

/** Operations that the tools of these toolsets call on a live server, further reads included; sorted. */
export function operationsOf(toolsets: readonly Toolset[]): string[] {
  const rows = Object.values(registry).filter(({ toolset }) => toolsets.includes(toolset));
  const wires = rows.flatMap(({ live, reads }) => [live, ...reads]);
  return [...new Set(wires.flatMap((wire) => (wire === undefined ? [] : [wire.operation])))].sort();
}
