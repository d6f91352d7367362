import type { Route, SandboxContext, SandboxRequest } from '../kernel.js';
import { defineRoute, delegate, json, jsonBody } from '../router.js';
import { uploadDocumented } from './documented-upload.js';
import { documentedBodies, fileTarget, volumeId, withBody } from './input.js';
import { segmentsOf } from './paths.js';
import type { VolumeRecord } from './records.js';
import type { Volumes } from './service.js';
import { documentedEntry, documentedQuota, documentedVolume } from './views.js';

const DOCUMENTED = ['documented'] as const;

/** The volume routes with the bodies and answers of the published reference and clients, except downloadFile. */
export function documentedVolumeRoutes({ clock }: SandboxContext, volumes: Volumes): readonly Route[] {
  return [...volumeRoutes(volumes), ...fileRoutes(volumes, () => clock.now().toISOString())];
}

function volumeRoutes(volumes: Volumes): readonly Route[] {
  const view = async (volume: VolumeRecord) => documentedVolume(volume, await volumes.usage(volume));
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/volumes',
      dialects: DOCUMENTED,
      scope: 'volume:write',
      decode: (request) => jsonBody(request, documentedBodies.create),
      run: async (request, { label, size_limit_bytes }) =>
        json(await view(volumes.create(delegate(request), label, size_limit_bytes)), 201),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes',
      dialects: DOCUMENTED,
      scope: 'volume:read',
      decode: () => undefined,
      async run(request) {
        const listed = await Promise.all(volumes.list(delegate(request)).map(view));
        return json({ volumes: listed, total_count: listed.length });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/quota',
      dialects: DOCUMENTED,
      scope: 'volume:read',
      decode: () => undefined,
      run: async (request) => documentedQuota(await volumes.quota(delegate(request))),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/{id}',
      dialects: DOCUMENTED,
      scope: 'volume:read',
      decode: volumeId,
      run: async (request, id) => json(await view(volumes.find(delegate(request), id))),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/volumes/{id}',
      dialects: DOCUMENTED,
      scope: 'volume:write',
      decode: (request) => withBody(request, documentedBodies.rename),
      run: async (request, { id, body }) =>
        json(await view(volumes.rename(delegate(request), id, body.label))),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/volumes/{id}',
      dialects: DOCUMENTED,
      scope: 'volume:write',
      decode: volumeId,
      async run(request, id) {
        await volumes.remove(delegate(request), id);
        return json({ status: 'deleted' });
      },
    }),
  ];
}

function fileRoutes(volumes: Volumes, now: () => string): readonly Route[] {
  const filesOf = (request: SandboxRequest, id: string) => volumes.files(delegate(request), id);
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/volumes/{id}/files',
      dialects: DOCUMENTED,
      scope: 'volume:read',
      decode: (request) => ({ id: volumeId(request), path: request.query.get('path') ?? '/' }),
      async run(request, { id, path }) {
        const entries = await filesOf(request, id).list(segmentsOf(path));
        return json({ files: entries.map(documentedEntry) });
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/volumes/{id}/files',
      dialects: DOCUMENTED,
      scope: 'volume:write',
      decode: fileTarget,
      async run(request, { id, path }) {
        await filesOf(request, id).remove(segmentsOf(path));
        return json({ status: 'deleted' });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/volumes/{id}/files/upload',
      dialects: DOCUMENTED,
      scope: 'volume:write',
      stream: true,
      decode: () => undefined,
      async run(request) {
        const { name, size } = await uploadDocumented(volumes, request, delegate(request));
        return json({ name, size_bytes: size, uploaded_at: now() });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/volumes/{id}/files/mkdir',
      dialects: DOCUMENTED,
      scope: 'volume:write',
      decode: (request) => withBody(request, documentedBodies.mkdir),
      run(request, { id, body }) {
        filesOf(request, id).makeDirectory(segmentsOf(body.path));
        return json({ path: body.path, created_at: now() });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/volumes/{id}/files/move',
      dialects: DOCUMENTED,
      scope: 'volume:write',
      decode: (request) => withBody(request, documentedBodies.move),
      run(request, { id, body: { from, to } }) {
        filesOf(request, id).move(segmentsOf(from), segmentsOf(to));
        return json({ from, to, moved_at: now() });
      },
    }),
  ];
}
