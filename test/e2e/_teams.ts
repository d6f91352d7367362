/** Teams of the live sandbox. */
import type { Sandbox } from '../../src/sandbox/index.js';

export interface Team {
  readonly id: string;
  /** `t-<uuid>`: what X-Tenant-Id carries. */
  readonly tenant: string;
  /** Bearer of its owner. */
  readonly authorization: string;
}

/** A business team whose owner pays for less than business: suspended. */
export async function suspendedTeam(sandbox: Sandbox): Promise<Team> {
  const authorization = `Bearer ${await sandbox.issueToken({ user: 'business@sandbox.local', expiresIn: 600 })}`;
  const post = async (path: string, body: unknown): Promise<ReturnType<typeof JSON.parse>> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(`${sandbox.url}${path}`, init)).json();
  };
  const { team } = await post('/v1/colony/teams', { display_name: 'Builders', tier: 'business' });
  const order = { price_id: 'price_sandbox_pro_month', success_url: 'x', cancel_url: 'x' };
  const { url } = await post('/v1/billing/checkout', order);
  await fetch(`${url}/complete`, { method: 'POST' });
  return { id: team.id, tenant: team.slug, authorization };
}
