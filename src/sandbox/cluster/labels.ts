import { z } from 'zod';
import type { AgentRecord } from '../kernel.js';

const labelled = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).optional() }),
});

/** The value of the label `sandbox.aegis/<name>` in an agent's manifest. */
export function readLabel(agent: AgentRecord | undefined, name: string): string | undefined {
  const parsed = labelled.safeParse(agent?.manifest);
  return parsed.success ? parsed.data.metadata.labels?.[`sandbox.aegis/${name}`] : undefined;
}
