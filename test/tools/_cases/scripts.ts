/** Literal requests of the script tools. */
import type { Case } from './_case.js';

const SCRIPT = '5c31b700-0d0e-4b8e-9c43-6b1f5b1a0c01';
const json = 'application/json';

const STORED = {
  id: SCRIPT,
  tenant_id: 'acme',
  created_by: 'user-1',
  name: 'clean up',
  description: 'Removes old files.',
  code: 'rm -r old',
  tags: ['ops'],
  visibility: 'private',
  version: 1,
  created_at: '2026-05-08T10:00:00Z',
  updated_at: '2026-05-08T10:00:00Z',
};
const DETAIL = {
  ...STORED,
  versions: [{ version: 1, updated_at: '2026-05-08T10:00:00Z', updated_by: 'user-1' }],
};

export const CASES: readonly Case[] = [
  {
    tool: 'create_script',
    dialect: 'live',
    args: { name: 'clean up', code: 'rm -r old', description: 'Removes old files.', tags: ['ops'] },
    asked: [
      {
        method: 'POST',
        path: '/v1/scripts',
        type: json,
        body: { name: 'clean up', code: 'rm -r old', description: 'Removes old files.', tags: ['ops'] },
      },
    ],
    answers: [{ status: 201, json: STORED }],
    result: STORED,
  },
  {
    tool: 'list_scripts',
    dialect: 'live',
    args: { tag: 'ops', q: 'clean' },
    asked: [{ method: 'GET', path: '/v1/scripts?tag=ops&q=clean' }],
    answers: [{ json: [STORED] }],
    result: { scripts: [STORED] },
  },
  {
    tool: 'get_script',
    dialect: 'live',
    args: { script_id: SCRIPT },
    asked: [{ method: 'GET', path: `/v1/scripts/${SCRIPT}` }],
    answers: [{ json: DETAIL }],
    result: DETAIL,
  },
  {
    tool: 'update_script',
    dialect: 'live',
    args: { script_id: SCRIPT, code: 'rm -r older' },
    asked: [
      { method: 'GET', path: `/v1/scripts/${SCRIPT}` },
      {
        method: 'PUT',
        path: `/v1/scripts/${SCRIPT}`,
        type: json,
        body: { name: 'clean up', description: 'Removes old files.', code: 'rm -r older', tags: ['ops'] },
      },
    ],
    answers: [{ json: DETAIL }, { json: { ...STORED, code: 'rm -r older', version: 2 } }],
    result: { id: SCRIPT, code: 'rm -r older', version: 2 },
  },
  {
    tool: 'update_script',
    dialect: 'live',
    args: { script_id: SCRIPT, name: 'a', description: '', code: 'b', tags: [] },
    asked: [
      {
        method: 'PUT',
        path: `/v1/scripts/${SCRIPT}`,
        type: json,
        body: { name: 'a', description: '', code: 'b', tags: [] },
      },
    ],
    answers: [{ json: { ...STORED, name: 'a', description: '', code: 'b', tags: [], version: 3 } }],
    result: { id: SCRIPT, name: 'a', version: 3 },
  },
  {
    tool: 'delete_script',
    dialect: 'live',
    args: { script_id: SCRIPT },
    asked: [{ method: 'DELETE', path: `/v1/scripts/${SCRIPT}` }],
    answers: [{ status: 204, empty: true }],
    result: { script_id: SCRIPT, status: 'deleted' },
  },
];
