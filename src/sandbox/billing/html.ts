/** Plain HTML pages of the simulated payment provider. */
import type { Reply } from '../kernel.js';

/** A button that posts to an address, relative to the page's. */
export interface Button {
  readonly action: string;
  readonly label: string;
}

/**
 * A page with lines of text, buttons, and a link onwards where `next` is a web address. Every page says that it
 * belongs to the sandbox and that no money moves.
 */
export function page(
  title: string,
  lines: readonly string[],
  buttons: readonly Button[] = [],
  next?: string,
): Reply {
  const body = [
    ...lines.map((line) => `<p>${escapeHtml(line)}</p>`),
    ...buttons.map(button),
    ...(next !== undefined && isWebAddress(next)
      ? [`<p><a href="${escapeHtml(next)}">Continue</a></p>`]
      : []),
  ];
  const html = `<!doctype html>
<meta charset="utf-8"><title>AEGIS sandbox: ${title}</title>
<h1>${title}</h1>
<p>A page of the AEGIS sandbox, in place of the payment provider's. No money moves.</p>
${body.join('\n')}
`;
  return { status: 200, bytes: Buffer.from(html), type: 'text/html; charset=utf-8' };
}

function button({ action, label }: Button): string {
  return `<form method="post" action="${escapeHtml(action)}"><button>${escapeHtml(label)}</button></form>`;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
