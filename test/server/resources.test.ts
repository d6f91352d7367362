import { describe, expect, it } from 'vitest';
import { AegisError } from '../../src/errors.js';
import { createServerFactory } from '../../src/server/create-server.js';
import type { FileHost } from '../../src/server/host.js';
import { connect } from './_connect.js';
import { FakeHost, silentLog } from './_host.js';

const TEMPLATE = {
  uriTemplate: 'aegis://volumes/{volume_id}/files/{+path}',
  name: 'volume-file',
  title: 'File of a volume',
  description: 'A file in a volume.',
};

const RESOURCE = {
  uri: 'aegis://receipts',
  name: 'receipts',
  title: 'Receipts',
  description: 'The newest receipts.',
  mimeType: 'application/json',
};

class FileServingHost extends FakeHost {
  readonly files: FileHost = {
    resources: [RESOURCE],
    templates: [TEMPLATE],
    owns: () => true,
    read: async (uri) => {
      if (uri.endsWith('/gone'))
        throw new AegisError('not_found', 'Nothing is there.', { next: 'Look elsewhere.' });
      if (uri.endsWith('/broken')) throw new AegisError('unreachable', 'No connection.', { next: 'Wait.' });
      return { uri, mimeType: 'text/plain', text: 'hello' };
    },
  };
}

const factory = () => createServerFactory(new FileServingHost(), { name: 'x', version: '1' }, silentLog);

async function ask(method: string, params?: Record<string, unknown>): Promise<unknown> {
  return (await connect(factory())).request(method, params);
}

const HELLO = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'c', version: '1' },
};

describe('a server whose tools have resources', () => {
  it('says so when it is initialised', async () => {
    expect(await ask('initialize', HELLO)).toMatchObject({
      result: { capabilities: { tools: {}, resources: {} } },
    });
  });

  it('lists those that are listed, and the templates of addresses', async () => {
    expect(await ask('resources/list')).toMatchObject({ result: { resources: [RESOURCE] } });
    expect(await ask('resources/templates/list')).toMatchObject({
      result: { resourceTemplates: [TEMPLATE] },
    });
  });

  it('reads a resource', async () => {
    const uri = 'aegis://volumes/v/files/a';
    expect(await ask('resources/read', { uri })).toMatchObject({
      result: { contents: [{ uri, mimeType: 'text/plain', text: 'hello' }] },
    });
  });

  it('says that an address names nothing, with what to do', async () => {
    const error = { code: -32602, message: 'Nothing is there. Look elsewhere.' };
    expect(await ask('resources/read', { uri: 'aegis://volumes/v/files/gone' })).toMatchObject({ error });
  });

  it('says why a resource cannot be read', async () => {
    const error = { code: -32603, message: 'unreachable: No connection. Wait.' };
    expect(await ask('resources/read', { uri: 'aegis://volumes/v/files/broken' })).toMatchObject({ error });
  });
});

it('a server whose tools have no resources answers none of their requests', async () => {
  const plain = createServerFactory(new FakeHost(), { name: 'x', version: '1' }, silentLog);
  const { request } = await connect(plain);
  expect(await request('resources/read', { uri: 'aegis://x' })).toMatchObject({ error: { code: -32601 } });
});
