/** Git bindings that sessions may name: two fixed ones, in every tenant, as their states are what matters here. */
import { refuse } from '../router.js';

/** A binding that is cloned. */
const READY = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0a01';
const READY_VOLUME = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0b01';
/** A binding that is being cloned, for ever. */
const CLONING = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0a02';

/** The volume of a binding; 404 for an unknown binding, 409 while it is not ready. */
export function requireBinding(id: string): string {
  if (id === CLONING) refuse(409, 'git repo binding not ready');
  return id === READY ? READY_VOLUME : refuse(404, `git repo binding not found: ${id}`);
}
