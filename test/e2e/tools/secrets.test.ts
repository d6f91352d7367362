/** The secret tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure, type Tools } from '../_tools.js';

const PATH = 'app/db-pass';
const SECRET = 'correct horse battery staple';

describe.each(['live', 'documented'] as const)('secrets on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });
  let operator: Tools;

  it('are written below paths with slashes, and read', async () => {
    operator = await domain().as({ user: 'operator' });
    const written = await operator.must('write_secret', { path: PATH, payload: { value: SECRET } });
    expect(written).toEqual({ status: 'written', path: PATH });
    const told = dialect === 'live' ? { fields: ['value'] } : { value: SECRET };
    expect(await operator.must('get_secret', { path: PATH })).toMatchObject({ path: PATH, ...told });
  });

  it('have several fields', async () => {
    const data = { user: 'app', port: 5432 };
    await operator.must('write_secret', { path: 'app/db', data });
    const read = await operator.must('get_secret', { path: 'app/db' });
    if (dialect === 'live') expect([...Object(read).fields].sort()).toEqual(['port', 'user']);
    else expect(JSON.parse(String(read.value))).toEqual(data);
  });

  it('are listed where the server can, without values', async () => {
    if (dialect === 'documented') {
      const listed = await operator.must('list_secrets');
      expect(Object(listed).secrets).toContainEqual(expect.objectContaining({ path: PATH }));
      expect(JSON.stringify(listed)).not.toContain(SECRET);
      return;
    }
    const text = await failure(operator, 'list_secrets');
    expect(text).toMatch(/^Error unsupported \(HTTP 501\): list_secrets: this server does not implement/);
    expect(text).toContain('Next: Name a path: get_secret tells');
  });

  it('are deleted', async () => {
    const deleted = { status: 'deleted', path: PATH };
    expect(await operator.must('delete_secret', { path: PATH })).toMatchObject(deleted);
    expect(await failure(operator, 'get_secret', { path: PATH })).toContain('Error not_found (HTTP 404)');
  });

  it('refuse bad input', async () => {
    const either = 'Error invalid_arguments: write_secret: give either value or data.';
    expect(await failure(operator, 'write_secret', { path: PATH })).toContain(either);
    const both = { path: PATH, value: SECRET, data: { a: 'b' } };
    const text = await failure(operator, 'write_secret', both);
    expect(text).toContain(either);
    expect(text).not.toContain(SECRET);
    for (const path of ['..', 'a/../b', 'a//b', ''])
      expect(await failure(operator, 'get_secret', { path })).toContain('Error invalid_arguments');
    if (dialect === 'live')
      expect(await failure(domain().tools, 'get_secret', { path: PATH })).toContain(
        'Error forbidden (HTTP 403)',
      );
  });

  it('leave no tool out but what the server cannot do', () => {
    expect(unproven(['secrets'], [operator])).toEqual(dialect === 'live' ? ['list_secrets'] : []);
  });
});
