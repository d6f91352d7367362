import type { DomainBase } from '../domain-base.js';
import type { Route } from '../kernel.js';
import { gitStorageRoutes } from './routes.js';
import { GitRepos } from './service.js';

/** Git repositories cloned into volumes (contract tag Git storage). */
export function gitRoutes({ context }: DomainBase): readonly Route[] {
  const repos = new GitRepos(context);
  repos.resume();
  return gitStorageRoutes(repos);
}
