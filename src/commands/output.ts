/** Results on stdout, for the commands that do not speak MCP. */

/** Writes text and resolves when it is out. A reader that left early, as `| head` does, is no failure. */
export function writeResult(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
}
