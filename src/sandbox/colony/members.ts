/** Memberships of teams. */
import type { Store } from '../kernel.js';

export type Role = 'owner' | 'admin' | 'member';

/** A membership; `invited` exists in the documented dialect only. `joined_at` is Unix milliseconds. */
export interface Member {
  readonly team_id: string;
  readonly user_id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: Role;
  readonly status: 'active' | 'revoked' | 'invited';
  readonly joined_at: number;
}

export interface Members {
  /** In the order of joining. */
  of(teamId: string): readonly Member[];
  find(teamId: string, userId: string): Member | undefined;
  /** The membership, if it is active. */
  active(teamId: string, userId: string): Member | undefined;
  /** Adds, or replaces the membership of the same person. */
  save(member: Member): void;
  remove(teamId: string): void;
}

const TABLE = `
create table if not exists colony_members (
  team_id text not null, user_id text not null, email text, name text, role text not null,
  status text not null, joined_at integer not null, primary key (team_id, user_id)
)`;

/** An update in place: the order of the list is kept. */
const SAVE = `insert into colony_members values (?, ?, ?, ?, ?, ?, ?) on conflict (team_id, user_id) do update set
  email = excluded.email, role = excluded.role, status = excluded.status, joined_at = excluded.joined_at`;

/** The memberships of a store. */
export function openMembers(store: Store): Members {
  store.exec(TABLE);
  const select = (where: string, ...values: readonly unknown[]) =>
    store.all<Member>(`select * from colony_members where ${where} order by joined_at, rowid`, ...values);
  const find = (teamId: string, userId: string) => select('team_id = ? and user_id = ?', teamId, userId)[0];
  return {
    of: (teamId) => select('team_id = ?', teamId),
    find,
    active(teamId, userId) {
      const member = find(teamId, userId);
      return member?.status === 'active' ? member : undefined;
    },
    save({ team_id, user_id, email, name, role, status, joined_at }) {
      store.run(SAVE, team_id, user_id, email, name, role, status, joined_at);
    },
    remove: (teamId) => store.run('delete from colony_members where team_id = ?', teamId),
  };
}
