/** Bindings over HTTP. */
import type { Send } from '../volumes/_volumes.js';

export const GIT = '/v1/storage/git';
export const HELLO = 'https://example.com/team/hello.git';

let made = 0;

/** Binds a repository under a label of its own. */
export async function bind(send: Send, parts: Readonly<Record<string, unknown>> = {}) {
  made += 1;
  const json = { repo_url: HELLO, label: `repo-${made}`, ...parts };
  const { status, text, json: binding } = await send('POST', GIT, { json });
  if (status !== 201) throw new Error(`createGitRepo: ${status} ${text}`);
  return binding;
}

/** Polls until the clone has ended. */
export async function settled(send: Send, id: string) {
  for (;;) {
    const { json } = await send('GET', `${GIT}/${id}`);
    if (json.status === 'Ready' || typeof json.status === 'object') return json;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A binding whose clone is ready. */
export async function cloned(send: Send, parts: Readonly<Record<string, unknown>> = {}) {
  return settled(send, (await bind(send, parts)).id);
}

export const act = (send: Send, id: string, what: 'refresh' | 'commit' | 'push', json?: unknown) =>
  send('POST', `${GIT}/${id}/${what}`, { json });

export async function diff(send: Send, id: string, staged = false): Promise<string> {
  return (await send('GET', `${GIT}/${id}/diff?staged=${staged}`)).json.diff;
}
