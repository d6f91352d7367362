import type { DomainBase } from '../domain-base.js';
import type { Route } from '../kernel.js';
import { caller, defineRoute, delegate } from '../router.js';
import { documentedVolumeRoutes } from './documented-routes.js';
import { fileTarget, openDownload } from './input.js';
import { liveVolumeRoutes } from './live-routes.js';
import { Volumes } from './service.js';

/** Volumes with their files, both dialects (contract tag Volumes). */
export function volumeRoutes({ context }: DomainBase): readonly Route[] {
  const volumes = new Volumes(context);
  volumes.open();
  const downloader = context.dialect === 'documented' ? delegate : caller;
  return [
    ...liveVolumeRoutes(volumes),
    ...documentedVolumeRoutes(context, volumes),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/{id}/files/download',
      scope: 'volume:read',
      decode: fileTarget,
      run: async (request, target) => ({
        status: 200,
        file: await openDownload(volumes, downloader(request), target),
      }),
    }),
  ];
}
