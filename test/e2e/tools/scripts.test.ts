/** The script tools against the sandbox, whose dialects serve the same routes. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure } from '../_tools.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const FIRST = { name: 'count', description: 'Counts.', code: 'return 1;', tags: ['text'] };

describe.each(['live', 'documented'] as const)('scripts on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });
  let id: unknown;

  it('are stored, found and read', async () => {
    const { tools } = domain();
    const created = await tools.must('create_script', FIRST);
    expect(created).toMatchObject({ ...FIRST, version: 1 });
    id = created.id;
    for (const filter of [{}, { tag: 'text' }, { q: 'COUNT' }])
      expect(await tools.must('list_scripts', filter)).toMatchObject({ scripts: [{ id }] });
    expect(await tools.must('list_scripts', { tag: 'none' })).toMatchObject({ scripts: [] });
  });

  it('keep what an update does not name', async () => {
    const { tools } = domain();
    const updated = await tools.must('update_script', { script_id: id, code: 'return 2;' });
    expect(updated).toMatchObject({ ...FIRST, id, code: 'return 2;', version: 2 });
    const whole = { name: 'count', description: '', code: 'return 3;', tags: [] };
    expect(await tools.must('update_script', { script_id: id, ...whole })).toMatchObject(whole);
    const read = await tools.must('get_script', { script_id: id });
    expect(read).toMatchObject({ ...whole, version: 3 });
    expect(Object(read).versions.length).toBeGreaterThan(1);
  });

  it('are deleted', async () => {
    const deleted = { script_id: id, status: 'deleted' };
    expect(await domain().tools.must('delete_script', { script_id: id })).toMatchObject(deleted);
    const gone = { script_id: id };
    expect(await failure(domain().tools, 'get_script', gone)).toContain('Error not_found (HTTP 404)');
  });

  it('refuse bad input', async () => {
    const { tools } = domain();
    const nothing = await failure(tools, 'update_script', { script_id: NOBODY });
    expect(nothing).toContain('Error invalid_arguments: update_script: nothing to change.');
    const missing = await failure(tools, 'update_script', { script_id: NOBODY, code: 'x' });
    expect(missing).toContain('(HTTP 404)');
    const tag = await failure(tools, 'create_script', { ...FIRST, tags: ['Not A Tag'] });
    expect(tag).toContain('tags.0');
    await tools.must('create_script', FIRST);
    expect(await failure(tools, 'create_script', FIRST)).toContain('Error conflict (HTTP 409)');
  });

  it('leave no tool out', () => {
    expect(unproven(['scripts'], [domain().tools])).toEqual([]);
  });
});
