/** Literal requests of src/tools/volumes.ts. */
import { expect } from 'vitest';
import type { Case } from './_case.js';

const VOLUME = '6f1d2c3b-4a59-4e68-9d77-8c9bafbecd01';
const BASE = `/v1/volumes/${VOLUME}`;
const SHA = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const created = {
  id: VOLUME,
  name: 'my-dataset',
  status: 'Available',
  size_limit_bytes: 262144000,
  created_at: '2026-05-08T10:00:00Z',
};
const json = 'application/json';
const raw = 'application/octet-stream';
const uploaded = {
  volume_id: VOLUME,
  path: 'data/hello.txt',
  name: 'hello.txt',
  mime_type: raw,
  size: 5,
  sha256: SHA,
};

export const CASES: readonly Case[] = [
  {
    tool: 'create_volume',
    dialect: 'live',
    args: { name: 'my-dataset' },
    asked: [
      {
        method: 'POST',
        path: '/v1/volumes',
        type: json,
        body: { label: 'my-dataset', size_limit_bytes: 262144000 },
      },
    ],
    answers: [{ status: 201, json: created }],
    result: created,
  },
  {
    tool: 'create_volume',
    dialect: 'live',
    args: { payload: { label: 'my-dataset', size_limit_bytes: '1048576' } },
    asked: [
      {
        method: 'POST',
        path: '/v1/volumes',
        type: json,
        body: { label: 'my-dataset', size_limit_bytes: 1048576 },
      },
    ],
    answers: [{ status: 201, json: { ...created, size_limit_bytes: 1048576 } }],
    result: { id: VOLUME, size_limit_bytes: 1048576 },
  },
  {
    tool: 'create_volume',
    dialect: 'documented',
    args: { payload: { name: 'my-dataset' } },
    asked: [{ method: 'POST', path: '/v1/volumes', type: json, body: { name: 'my-dataset' } }],
    answers: [{ json: { id: VOLUME, label: 'my-dataset', used_bytes: 0 } }],
    result: { id: VOLUME, name: 'my-dataset', used_bytes: 0 },
  },
  {
    tool: 'list_volumes',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/volumes' }],
    answers: [{ json: [{ ...created, used_bytes: 5 }] }],
    result: { volumes: [{ ...created, used_bytes: 5 }] },
  },
  {
    tool: 'list_volumes',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/volumes' }],
    answers: [{ json: { volumes: [created], total_count: 1 } }],
    result: { volumes: [created], total_count: 1 },
  },
  {
    tool: 'get_volume',
    dialect: 'live',
    args: { volume_id: VOLUME },
    asked: [{ method: 'GET', path: BASE }],
    answers: [{ json: created }],
    result: created,
  },
  {
    tool: 'rename_volume',
    dialect: 'live',
    args: { volume_id: VOLUME, name: 'corpus' },
    asked: [{ method: 'PATCH', path: BASE, type: json, body: { label: 'corpus' } }],
    answers: [{ json: { success: true } }],
    result: { volume_id: VOLUME, name: 'corpus', status: 'renamed' },
  },
  {
    tool: 'rename_volume',
    dialect: 'documented',
    args: { volume_id: VOLUME, payload: { name: 'corpus' } },
    asked: [{ method: 'PATCH', path: BASE, type: json, body: { name: 'corpus' } }],
    answers: [{ json: { id: VOLUME, name: 'corpus' } }],
    result: { volume_id: VOLUME, id: VOLUME, name: 'corpus', status: 'renamed' },
  },
  {
    tool: 'delete_volume',
    dialect: 'live',
    args: { volume_id: VOLUME },
    asked: [{ method: 'DELETE', path: BASE }],
    answers: [{ json: { success: true } }],
    result: { volume_id: VOLUME, status: 'deleted' },
  },
  {
    tool: 'get_volume_quota',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/volumes/quota' }],
    answers: [
      {
        text: '{"volume_count":1,"total_bytes_used":1536,"max_volumes":4294967295,"total_storage_bytes":18446744073709551615,"max_file_size_bytes":18446744073709551615}',
        type: json,
      },
    ],
    result: {
      volume_count: 1,
      volume_limit: 4294967295,
      used_bytes: 1536,
      quota_bytes: '18446744073709551615',
      max_file_size_bytes: '18446744073709551615',
      total_storage_bytes: '18446744073709551615',
      unlimited: true,
      summary: '1 of any number of volumes, 1.5 KiB used without a limit, files of any size',
    },
  },
  {
    tool: 'get_volume_quota',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/volumes/quota' }],
    answers: [{ json: { quota_bytes: 524288000, used_bytes: 5, volume_count: 2, volume_limit: 2 } }],
    result: {
      quota_bytes: 524288000,
      unlimited: false,
      summary: '2 of 2 volumes, 5 bytes used of 500 MiB',
    },
  },
  {
    tool: 'list_files',
    dialect: 'live',
    args: { volume_id: VOLUME },
    asked: [{ method: 'GET', path: `${BASE}/files?path=%2F` }],
    answers: [{ json: [{ name: 'data', is_dir: true, size_bytes: 0, modified_at: null }] }],
    result: { files: [{ name: 'data', is_dir: true, size_bytes: 0, modified_at: null }] },
  },
  {
    tool: 'list_files',
    dialect: 'documented',
    args: { volume_id: VOLUME, path: 'data' },
    asked: [{ method: 'GET', path: `${BASE}/files?path=data` }],
    answers: [{ json: { files: [{ name: 'a b.txt', type: 'file', size_bytes: 5 }] } }],
    result: { files: [{ name: 'a b.txt', is_dir: false, size_bytes: 5 }] },
  },
  {
    tool: 'stat_file',
    dialect: 'live',
    args: { volume_id: VOLUME, path: 'data/hello.txt' },
    asked: [{ method: 'GET', path: `${BASE}/files/stat?path=data%2Fhello.txt` }],
    answers: [{ json: { name: 'hello.txt', mime_type: raw, size: 5, sha256: SHA } }],
    result: { name: 'hello.txt', mime_type: raw, size: 5, sha256: SHA },
  },
  {
    tool: 'download_file',
    dialect: 'live',
    args: { volume_id: VOLUME, path: 'data/hello.txt' },
    asked: [{ method: 'GET', path: `${BASE}/files/download?path=data%2Fhello.txt` }],
    answers: [{ text: 'hello', type: 'text/plain' }],
    result: {
      volume_id: VOLUME,
      path: 'data/hello.txt',
      mime_type: 'text/plain',
      size: 5,
      sha256: SHA,
      text: 'hello',
    },
  },
  {
    tool: 'upload_file',
    dialect: 'live',
    args: { volume_id: VOLUME, path: '/data/hello.txt', content: 'hello', filename: 'Größe 1.txt' },
    asked: [{ method: 'POST', path: `${BASE}/files/upload?path=data%2Fhello.txt`, type: raw, body: 'hello' }],
    answers: [{ json: { ...uploaded, name: 'Größe 1.txt' } }],
    result: { ...uploaded, name: 'Größe 1.txt' },
    headers: { 'content-length': '5', 'x-filename': 'Gr%C3%B6%C3%9Fe%201.txt' },
  },
  {
    tool: 'upload_file',
    dialect: 'live',
    args: {
      volume_id: 'chat-attachments',
      path: 'notes/',
      content_base64: 'aGVs\nbG8',
      filename: 'hello.txt',
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/volumes/chat-attachments/files/upload?path=notes%2Fhello.txt',
        type: raw,
        body: 'hello',
      },
    ],
    answers: [{ json: { ...uploaded, path: 'notes/hello.txt' } }],
    result: { volume_id: VOLUME, path: 'notes/hello.txt', name: 'hello.txt', size: 5 },
  },
  {
    tool: 'upload_file',
    dialect: 'documented',
    args: { volume_id: VOLUME, path: 'data/hello.txt', content_base64: 'aGVsbG8=' },
    asked: [
      {
        method: 'POST',
        path: `${BASE}/files/upload?path=data%2Fhello.txt`,
        type: expect.stringMatching(/^multipart\/form-data; boundary=aegis-mcp-[0-9a-f-]{36}$/),
        body: expect.stringMatching(
          /^--(aegis-mcp-[0-9a-f-]{36})\r\ncontent-disposition: form-data; name="file"; filename="hello\.txt"\r\ncontent-type: application\/octet-stream\r\n\r\nhello\r\n--\1--\r\n$/,
        ),
      },
    ],
    answers: [{ json: { name: 'hello.txt', size_bytes: 5, uploaded_at: '2026-05-08T10:00:00Z' } }],
    result: { volume_id: VOLUME, path: 'data/hello.txt', name: 'hello.txt', size: 5 },
  },
  {
    tool: 'mkdir',
    dialect: 'live',
    args: { volume_id: VOLUME, path: 'data/raw' },
    asked: [{ method: 'POST', path: `${BASE}/files/mkdir?path=data%2Fraw` }],
    answers: [{ json: { success: true } }],
    result: { volume_id: VOLUME, path: 'data/raw', status: 'created' },
  },
  {
    tool: 'mkdir',
    dialect: 'documented',
    args: { volume_id: VOLUME, path: 'data/raw' },
    asked: [{ method: 'POST', path: `${BASE}/files/mkdir`, type: json, body: { path: 'data/raw' } }],
    answers: [{ json: { path: 'data/raw', created_at: '2026-05-08T10:00:00Z' } }],
    result: { volume_id: VOLUME, path: 'data/raw', status: 'created' },
  },
  {
    tool: 'move_path',
    dialect: 'live',
    args: { volume_id: VOLUME, payload: { source: 'a.txt', destination: 'data/b.txt' } },
    asked: [
      {
        method: 'POST',
        path: `${BASE}/files/move`,
        type: json,
        body: { from: 'a.txt', to: 'data/b.txt' },
      },
    ],
    answers: [{ json: { success: true } }],
    result: { volume_id: VOLUME, source: 'a.txt', destination: 'data/b.txt', status: 'moved' },
  },
  {
    tool: 'move_path',
    dialect: 'documented',
    args: { volume_id: VOLUME, from: 'a.txt', to: 'data/b.txt' },
    asked: [
      {
        method: 'POST',
        path: `${BASE}/files/move`,
        type: json,
        body: { source: 'a.txt', destination: 'data/b.txt' },
      },
    ],
    answers: [{ json: { status: 'moved' } }],
    result: { volume_id: VOLUME, source: 'a.txt', destination: 'data/b.txt', status: 'moved' },
  },
  {
    tool: 'delete_path',
    dialect: 'live',
    args: { volume_id: VOLUME, path: 'data/b c.txt' },
    asked: [{ method: 'DELETE', path: `${BASE}/files?path=data%2Fb%20c.txt` }],
    answers: [{ json: { success: true } }],
    result: { volume_id: VOLUME, path: 'data/b c.txt', status: 'deleted' },
  },
];
