/** Results on stdout, for the commands that do not speak MCP. */

/** Writes text and resolves when it is out. A reader that left early, as `| head` does, is no failure. */
export function writeResult(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
}

/**
 * A line that shows what it holds: characters that are invisible, move the cursor or reorder what is seen come as
 * their numbers. For texts that somebody else wrote.
 */
export function visibleLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
