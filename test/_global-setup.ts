/** Some end-to-end tests run the built program: it is built when it is stale and one of them is to run. */
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

export default async function setup(project: TestProject): Promise<void> {
  // Not part of the typed interface; without it every file counts.
  const { filenamePattern } = Object(project.vitest);
  const specifications = await project.vitest.getRelevantTestSpecifications(filenamePattern);
  const runsProgram = specifications.some(({ moduleId }) =>
    /_program\.js|dist/.test(readFileSync(moduleId, 'utf8')),
  );
  if (!runsProgram) return;
  const { buildAll, isStale } = await import('../scripts/build.mjs');
  if (isStale()) await buildAll();
}
