import { Bindings } from '../git/bindings.js';
import type { Store } from '../kernel.js';
import { refuse } from '../router.js';

/** The volume of a tenant's git binding; 404 for an unknown or a foreign binding, 409 while it is not `Ready`. */
export function requireBinding(store: Store, id: string, tenant: string): string {
  const binding = new Bindings(store).get(id);
  if (binding?.tenant !== tenant) return refuse(404, `git repo binding not found: ${id}`);
  return binding.status === 'Ready' ? binding.volume_id : refuse(409, 'git repo binding not ready');
}
