/** Invitations to teams. */
import { createHmac } from 'node:crypto';
import type { Clock, Store } from '../kernel.js';

/** An invitation as stored; times are RFC 3339. */
export interface Invitation {
  readonly id: string;
  readonly team_id: string;
  readonly invitee_email: string;
  readonly token: string;
  readonly status: 'pending' | 'accepted' | 'cancelled';
  readonly expires_at: string;
  readonly created_at: string;
  /** Subject of who invited. */
  readonly invited_by: string;
}

export interface Invitations {
  /** Undefined when the address was ever invited to the team: tokens are unique. */
  issue(teamId: string, email: string, invitedBy: string): Invitation | undefined;
  pending(teamId: string): readonly Invitation[];
  find(id: string): Invitation | undefined;
  byToken(token: string): Invitation | undefined;
  setStatus(id: string, status: Invitation['status']): void;
  remove(teamId: string): void;
}

const LIFETIME_MS = 7 * 86_400_000;

const TABLE = `
create table if not exists colony_invitations (
  id text primary key, team_id text not null, invitee_email text not null, token text not null unique,
  status text not null, expires_at text not null, created_at text not null, invited_by text not null
)`;

/** The invitations of a store. */
export function openInvitations({ store, clock }: { store: Store; clock: Clock }): Invitations {
  store.exec(TABLE);
  const select = (where: string, ...values: readonly unknown[]) =>
    store.all<Invitation>(`select * from colony_invitations where ${where} order by rowid`, ...values);
  return {
    issue(teamId, email, invitedBy) {
      const invitation = newInvitation(clock, teamId, email, invitedBy);
      if (select('token = ?', invitation.token).length > 0) return undefined;
      const sql = 'insert into colony_invitations values (?, ?, ?, ?, ?, ?, ?, ?)';
      store.run(sql, ...Object.values(invitation));
      return invitation;
    },
    pending: (teamId) => select("team_id = ? and status = 'pending'", teamId),
    find: (id) => select('id = ?', id)[0],
    byToken: (token) => select('token = ?', token)[0],
    setStatus: (id, status) => store.run('update colony_invitations set status = ? where id = ?', status, id),
    remove: (teamId) => store.run('delete from colony_invitations where team_id = ?', teamId),
  };
}

/** The members in the order of the table's columns. */
function newInvitation(clock: Clock, teamId: string, email: string, invitedBy: string): Invitation {
  const now = clock.now();
  return {
    id: clock.uuid(),
    team_id: teamId,
    invitee_email: email,
    token: tokenOf(teamId, email),
    status: 'pending',
    expires_at: new Date(now.getTime() + LIFETIME_MS).toISOString(),
    created_at: now.toISOString(),
    invited_by: invitedBy,
  };
}

/** Team and address decide the token, as on the real server. */
function tokenOf(teamId: string, email: string): string {
  return createHmac('sha256', 'aegis-sandbox').update(`${teamId}:${email}`).digest('hex');
}
