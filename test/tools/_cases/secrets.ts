/** Literal requests of the secret tools. */
import type { Case } from './_case.js';

const json = 'application/json';

export const CASES: readonly Case[] = [
  {
    tool: 'list_secrets',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/secrets' }],
    answers: [{ json: { secrets: ['app/db-pass', { path: 'app/token', value: 'not shown' }] } }],
    result: { secrets: [{ path: 'app/db-pass' }, { path: 'app/token' }] },
  },
  {
    tool: 'get_secret',
    dialect: 'live',
    args: { path: 'app/db-pass' },
    asked: [{ method: 'GET', path: '/v1/secrets/app%2Fdb-pass' }],
    answers: [{ json: { path: 'app/db-pass', fields: ['value'] } }],
    result: { path: 'app/db-pass', fields: ['value'] },
  },
  {
    tool: 'get_secret',
    dialect: 'documented',
    args: { path: 'app/db-pass' },
    asked: [{ method: 'GET', path: '/v1/secrets/app/db-pass' }],
    answers: [{ json: { value: 's3cret' } }],
    result: { path: 'app/db-pass', value: 's3cret' },
  },
  {
    tool: 'write_secret',
    dialect: 'live',
    args: { path: 'app/db-pass', payload: { value: 's3cret-value' } },
    asked: [
      {
        method: 'PUT',
        path: '/v1/secrets/app%2Fdb-pass',
        type: json,
        body: { data: { value: 's3cret-value' } },
      },
    ],
    answers: [{ json: { status: 'written', path: 'app/db-pass' } }],
    result: { status: 'written', path: 'app/db-pass' },
  },
  {
    tool: 'write_secret',
    dialect: 'live',
    args: { path: 'app/db', data: { user: 'app', port: 5432 } },
    asked: [
      {
        method: 'PUT',
        path: '/v1/secrets/app%2Fdb',
        type: json,
        body: { data: { user: 'app', port: 5432 } },
      },
    ],
    answers: [{ json: { status: 'written', path: 'app/db' } }],
    result: { status: 'written', path: 'app/db' },
  },
  {
    tool: 'write_secret',
    dialect: 'documented',
    args: { path: 'app/db-pass', value: 's3cret-value' },
    asked: [{ method: 'PUT', path: '/v1/secrets/app/db-pass', type: json, body: { value: 's3cret-value' } }],
    answers: [{ json: { path: 'app/db-pass', value: 's3cret-value' } }],
    result: { status: 'written', path: 'app/db-pass' },
  },
  {
    tool: 'write_secret',
    dialect: 'documented',
    args: { path: 'app/db', data: { user: 'app' } },
    asked: [{ method: 'PUT', path: '/v1/secrets/app/db', type: json, body: { value: '{"user":"app"}' } }],
    answers: [{ empty: true, status: 204 }],
    result: { status: 'written', path: 'app/db' },
  },
  {
    tool: 'delete_secret',
    dialect: 'live',
    args: { path: 'app/db-pass' },
    asked: [{ method: 'DELETE', path: '/v1/secrets/app%2Fdb-pass' }],
    answers: [{ json: { status: 'deleted', path: 'app/db-pass' } }],
    result: { status: 'deleted', path: 'app/db-pass' },
  },
  {
    tool: 'delete_secret',
    dialect: 'documented',
    args: { path: '/app/db-pass' },
    asked: [{ method: 'DELETE', path: '/v1/secrets/app/db-pass' }],
    answers: [{ empty: true, status: 204 }],
    result: { status: 'deleted', path: '/app/db-pass' },
  },
];
