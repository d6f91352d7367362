/** Literal requests of src/tools/git-storage.ts. */
import type { Case } from './_case.js';

const BINDING = '0b7d7a44-9a51-4b43-8f3e-2a6f0c6d1e01';
const BASE = `/v1/storage/git/${BINDING}`;
const CREDENTIAL = '0b7d7a44-9a51-4b43-8f3e-2a6f0c6d1e02';
const VOLUME = '0b7d7a44-9a51-4b43-8f3e-2a6f0c6d1e03';
const COMMIT = '3f786850e387550fdab836ed7e6dc881de23001b';
const json = 'application/json';
const binding = {
  id: BINDING,
  tenant_id: 'acme',
  credential_binding_id: null,
  repo_url: 'https://git.example/acme/tools.git',
  git_ref: { Branch: 'main' },
  sparse_paths: null,
  volume_id: VOLUME,
  label: 'tools',
  status: 'Ready',
  clone_strategy: 'Libgit2',
  last_cloned_at: '2026-05-08T10:00:00Z',
  last_commit_sha: COMMIT,
  auto_refresh: false,
  webhook_secret_set: false,
  created_at: '2026-05-08T10:00:00Z',
  updated_at: '2026-05-08T10:00:00Z',
};
const shown = {
  id: BINDING,
  label: 'tools',
  volume_id: VOLUME,
  status: 'Ready',
  ref: 'main',
  ref_type: 'branch',
};

export const CASES: readonly Case[] = [
  {
    tool: 'create_git_repo',
    dialect: 'live',
    args: { repo_url: 'https://git.example/acme/tools.git', label: 'tools' },
    asked: [
      {
        method: 'POST',
        path: '/v1/storage/git',
        type: json,
        body: { repo_url: 'https://git.example/acme/tools.git', label: 'tools' },
      },
    ],
    answers: [{ status: 201, json: { ...binding, status: 'Pending', last_commit_sha: null } }],
    result: { ...shown, status: 'Pending' },
  },
  {
    tool: 'create_git_repo',
    dialect: 'live',
    args: {
      repo_url: 'git@git.example:acme/tools.git',
      label: 'tools',
      ref: 'v1.2',
      ref_type: 'tag',
      credential_binding_id: CREDENTIAL,
      sparse_paths: ['src'],
      auto_refresh: 'true',
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/storage/git',
        type: json,
        body: {
          repo_url: 'git@git.example:acme/tools.git',
          label: 'tools',
          git_ref: { type: 'tag', value: 'v1.2' },
          credential_binding_id: CREDENTIAL,
          sparse_paths: ['src'],
          auto_refresh: true,
        },
      },
    ],
    answers: [
      {
        status: 201,
        json: {
          ...binding,
          repo_url: 'git@git.example:acme/tools.git',
          git_ref: { Tag: 'v1.2' },
          status: 'Pending',
        },
      },
    ],
    result: { repo_url: 'git@git.example:acme/tools.git', ref: 'v1.2', ref_type: 'tag', status: 'Pending' },
  },
  {
    tool: 'list_git_repos',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/storage/git' }],
    answers: [{ json: [binding] }],
    result: { repos: [shown] },
  },
  {
    tool: 'get_git_repo',
    dialect: 'live',
    args: { binding_id: BINDING },
    asked: [{ method: 'GET', path: BASE }],
    answers: [
      {
        json: {
          ...binding,
          repo_url: 'https://bob:ghp_x@git.example/acme/tools.git',
          status: { Failed: { error: 'cannot reach https://ghp_x@git.example/acme/tools.git' } },
          git_ref: { Commit: COMMIT },
        },
      },
    ],
    result: {
      ...shown,
      repo_url: 'https://[redacted]@git.example/acme/tools.git',
      status: 'Failed',
      error: 'cannot reach https://[redacted]@git.example/acme/tools.git',
      ref: COMMIT,
      ref_type: 'commit',
    },
  },
  {
    tool: 'delete_git_repo',
    dialect: 'live',
    args: { binding_id: BINDING },
    asked: [{ method: 'DELETE', path: BASE }],
    answers: [{ json: { success: true } }],
    result: { binding_id: BINDING, status: 'deleted' },
  },
  {
    tool: 'refresh_git_repo',
    dialect: 'live',
    args: { binding_id: BINDING },
    asked: [{ method: 'POST', path: `${BASE}/refresh` }],
    answers: [{ json: { success: true } }],
    result: { binding_id: BINDING, status: 'refreshed' },
  },
  {
    tool: 'commit_git_repo',
    dialect: 'live',
    args: { binding_id: BINDING, message: 'Add a tool' },
    asked: [{ method: 'POST', path: `${BASE}/commit`, type: json, body: { message: 'Add a tool' } }],
    answers: [{ json: { commit_sha: COMMIT } }],
    result: { binding_id: BINDING, commit_sha: COMMIT },
  },
  {
    tool: 'push_git_repo',
    dialect: 'live',
    args: { binding_id: BINDING },
    asked: [{ method: 'POST', path: `${BASE}/push`, type: json, body: {} }],
    answers: [{ status: 204, empty: true }],
    result: { binding_id: BINDING, status: 'pushed' },
  },
  {
    tool: 'push_git_repo',
    dialect: 'live',
    args: { binding_id: BINDING, ref: 'main', remote: 'upstream' },
    asked: [{ method: 'POST', path: `${BASE}/push`, type: json, body: { remote: 'upstream', ref: 'main' } }],
    answers: [{ status: 204, empty: true }],
    result: { binding_id: BINDING, status: 'pushed' },
  },
  {
    tool: 'diff_git_repo',
    dialect: 'live',
    args: { binding_id: BINDING, staged: true },
    asked: [{ method: 'GET', path: `${BASE}/diff?staged=true` }],
    answers: [{ json: { diff: '--- a/x\n+++ b/x\n' } }],
    result: { binding_id: BINDING, diff: '--- a/x\n+++ b/x\n' },
  },
  {
    tool: 'receive_git_webhook',
    dialect: 'live',
    args: { source: 'github', payload: { ref: 'refs/heads/main' } },
    asked: [{ method: 'POST', path: '/v1/webhooks/git', type: json, body: { ref: 'refs/heads/main' } }],
    answers: [{ status: 202, json: { received: true } }],
    result: { received: true },
    headers: {
      'x-aegis-webhook-secret': 'whsec-github',
      // printf '{"ref":"refs/heads/main"}' | openssl dgst -sha256 -hmac whsec-github
      'x-hub-signature-256': 'sha256=b8c0eed92229bd6200a9f95f0b10951171593112d21a7d16060db739b96f373b',
    },
  },
  {
    tool: 'receive_git_webhook',
    dialect: 'live',
    args: { source: 'ci' },
    asked: [{ method: 'POST', path: '/v1/webhooks/git', type: json, body: {} }],
    answers: [{ status: 202, json: { received: true } }],
    result: { received: true },
    headers: {
      'x-aegis-webhook-secret': 'whsec-ci',
      // printf '{}' | openssl dgst -sha256 -hmac whsec-ci
      'x-hub-signature-256': 'sha256=80f8555871333faa67f0c529dfa7cb61f89ba2d9f2c16656ecdf9fa519adfa80',
    },
  },
];
