import type { Sandbox } from '../../../src/sandbox/index.js';
import type { Asker } from '../_ask.js';

/**
 * Founds a team and lets its owner's subscription fall below the team's tier. Gives what makes a request the owner's
 * in that team: 402.
 */
export async function suspendTeam(sandbox: Sandbox, asker: Asker) {
  const authorization = `Bearer ${await sandbox.issueToken({ user: 'business@sandbox.local' })}`;
  const json = { display_name: 'x', tier: 'business' };
  const { team } = await asker.ask(201, 'POST', '/v1/colony/teams', { json, authorization });
  const checkout = { price_id: 'price_sandbox_pro_month', success_url: 'x', cancel_url: 'y' };
  const order = { json: checkout, authorization };
  const { url } = await asker.ask(200, 'POST', '/v1/billing/checkout', order);
  await fetch(`${url}/complete`, { method: 'POST' });
  const headers: Readonly<Record<string, string>> = { 'x-tenant-id': team.slug };
  return { authorization, headers };
}
