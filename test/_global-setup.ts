/** The end-to-end tests run the built program: build it when it is stale. */
export default async function setup(): Promise<void> {
  const { buildAll, isStale } = await import('../scripts/build.mjs');
  if (isStale()) await buildAll();
}
