import type { Route, SandboxRequest } from '../kernel.js';
import { caller, defineRoute, json, jsonBody, pathParam } from '../router.js';
import {
  createBody,
  fileTarget,
  moveBody,
  pathQuery,
  renameBody,
  statFile,
  volumeId,
  withBody,
} from './input.js';
import { segmentsOf } from './paths.js';
import type { Volumes } from './service.js';
import { uploadTo } from './upload.js';
import { entryView, quotaView, uploadView, volumeView, volumeWithUsage } from './views.js';

const LIVE = ['live'] as const;
const SUCCESS = { success: true };

/** The real server's volume routes (contract tag Volumes), except downloadFile. */
export function liveVolumeRoutes(volumes: Volumes): readonly Route[] {
  return [...volumeRoutes(volumes), ...fileRoutes(volumes)];
}

function volumeRoutes(volumes: Volumes): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/volumes',
      dialects: LIVE,
      scope: 'volume:write',
      decode: (request) => jsonBody(request, createBody),
      run: (request, { label, size_limit_bytes }) =>
        json(volumeView(volumes.create(caller(request), label, size_limit_bytes)), 201),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes',
      dialects: LIVE,
      scope: 'volume:read',
      decode: () => undefined,
      async run(request) {
        const listed = volumes.list(caller(request));
        const views = listed.map(async (volume) => volumeWithUsage(volume, await volumes.usage(volume)));
        return json(await Promise.all(views));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/quota',
      dialects: LIVE,
      scope: 'volume:read',
      decode: () => undefined,
      run: async (request) => quotaView(await volumes.quota(caller(request))),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/{id}',
      dialects: LIVE,
      scope: 'volume:read',
      decode: volumeId,
      run: (request, id) => json(volumeView(volumes.find(caller(request), id))),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/volumes/{id}',
      dialects: LIVE,
      scope: 'volume:write',
      decode: (request) => withBody(request, renameBody),
      run(request, { id, body }) {
        volumes.rename(caller(request), id, body.label);
        return json(SUCCESS);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/volumes/{id}',
      dialects: LIVE,
      scope: 'volume:write',
      decode: volumeId,
      async run(request, id) {
        await volumes.remove(caller(request), id);
        return json(SUCCESS);
      },
    }),
  ];
}

function fileRoutes(volumes: Volumes): readonly Route[] {
  const filesOf = (request: SandboxRequest, id: string) => volumes.files(caller(request), id);
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/{id}/files',
      dialects: LIVE,
      scope: 'volume:read',
      decode: fileTarget,
      async run(request, { id, path }) {
        const entries = await filesOf(request, id).list(segmentsOf(path));
        return json(entries.map(entryView));
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/volumes/{id}/files',
      dialects: LIVE,
      scope: 'volume:write',
      decode: fileTarget,
      async run(request, { id, path }) {
        await filesOf(request, id).remove(segmentsOf(path));
        return json(SUCCESS);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/{id}/files/stat',
      dialects: LIVE,
      scope: 'volume:read',
      decode: fileTarget,
      run: async (request, target) => json(await statFile(volumes, request, target)),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/volumes/{id}/files/upload',
      dialects: LIVE,
      scope: 'volume:write',
      stream: true,
      decode: (request) => ({ volume: pathParam(request, 'id'), path: pathQuery(request) }),
      run: async (request, target) =>
        json(uploadView(await uploadTo(volumes, request, caller(request), target))),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/volumes/{id}/files/mkdir',
      dialects: LIVE,
      scope: 'volume:write',
      decode: fileTarget,
      run(request, { id, path }) {
        filesOf(request, id).makeDirectory(segmentsOf(path));
        return json(SUCCESS);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/volumes/{id}/files/move',
      dialects: LIVE,
      scope: 'volume:write',
      decode: (request) => withBody(request, moveBody),
      run(request, { id, body }) {
        filesOf(request, id).move(segmentsOf(body.from), segmentsOf(body.to));
        return json(SUCCESS);
      },
    }),
  ];
}
