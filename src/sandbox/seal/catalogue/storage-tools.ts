/** Tools of volumes, repositories and scripts: dispatched by the server, shown in no list. */
import { flag, integer, oneOf, type ToolRow, text, texts, tool, unlisted, withDefault } from './row.js';

const FILE = { 'volume_id!': text, 'path!': text };
const BINDING = { 'binding_id!': text };
const SCRIPT = { 'name!': text, 'code!': text, description: withDefault(text, ''), tags: texts };

export const STORAGE_TOOLS: readonly ToolRow[] = unlisted([
  tool('aegis.file.list', 'Lists a directory of a volume.', FILE),
  tool('aegis.file.read', 'Reads a file of a volume.', FILE),
  tool('aegis.file.write', 'Writes text to a file of a volume.', { ...FILE, 'content!': text }),
  tool('aegis.file.delete', 'Deletes a path of a volume.', FILE),
  tool('aegis.file.mkdir', 'Creates a directory in a volume.', FILE),
  tool('aegis.volume.create', 'Creates a volume.', { 'label!': text, 'size_limit_bytes!': integer }),
  tool('aegis.volume.delete', 'Deletes a volume.', { 'volume_id!': text }),
  tool('aegis.volume.list', 'Lists volumes.'),
  tool('aegis.volume.quota', 'Tells the use of storage against the limits of the tier.'),
  tool('aegis.git.clone', 'Binds a repository to a new volume.', {
    'repo_url!': text,
    'label!': text,
    credential_binding_id: text,
    git_ref: { type: 'object', properties: { kind: oneOf('branch', 'tag', 'commit'), value: text } },
    sparse_paths: texts,
    auto_refresh: flag,
    shallow: { type: 'boolean', default: true },
  }),
  tool('aegis.git.list', 'Lists repository bindings.'),
  tool('aegis.git.status', 'Returns a repository binding.', BINDING),
  tool('aegis.git.refresh', 'Fetches the latest commit of a binding.', BINDING),
  tool('aegis.git.delete', 'Deletes a binding and its volume.', BINDING),
  tool('aegis.git.commit', 'Commits the working copy.', { ...BINDING, 'message!': text }),
  tool('aegis.git.push', 'Pushes to the remote.', { ...BINDING, remote: text, ref: text }),
  tool('aegis.git.diff', 'Shows the changes of the working copy.', { ...BINDING, staged: flag }),
  tool('aegis.script.save', 'Stores a new script.', SCRIPT),
  tool('aegis.script.list', 'Lists scripts by tag or text.', { tag: text, q: text }),
  tool('aegis.script.get', 'Returns a script and its versions.', { 'id!': text }),
  tool('aegis.script.update', 'Replaces a script.', { 'id!': text, ...SCRIPT }),
  tool('aegis.script.delete', 'Deletes a script.', { 'id!': text }),
]);
