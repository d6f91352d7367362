/** Teams: each is a tenant of its own with the slug `t-<id>`. */
import type { Tier } from '../billing/tiers.js';
import type { Store } from '../kernel.js';

/** A team as stored; `created_at` is RFC 3339. */
export interface Team {
  readonly id: string;
  readonly display_name: string;
  readonly tier: Tier;
  /** Subject of the owner, and the tenant whose subscription pays. */
  readonly owner: string;
  readonly owner_tenant: string;
  /** The tenant whose own team this is (documented dialect); otherwise null. */
  readonly default_of: string | null;
  /** SamlConfig as JSON text. */
  readonly saml: string | null;
  readonly created_at: string;
}

export interface Teams {
  find(id: string): Team | undefined;
  defaultOf(tenant: string): Team | undefined;
  /** Where the subject is an active member, oldest first. */
  ofMember(subject: string): readonly Team[];
  add(team: Team): void;
  setSaml(id: string, saml: string): void;
  remove(id: string): void;
}

const TABLE = `
create table if not exists colony_teams (
  id text primary key, display_name text not null, tier text not null, owner text not null,
  owner_tenant text not null, default_of text unique, saml text, created_at text not null
)`;

const OF_MEMBER = `select team.* from colony_teams team join colony_members member on member.team_id = team.id
  where member.user_id = ? and member.status = 'active' order by team.rowid`;

/** The teams of a store that has the table of members. */
export function openTeams(store: Store): Teams {
  store.exec(TABLE);
  return {
    find: (id) => store.get<Team>('select * from colony_teams where id = ?', id),
    defaultOf: (tenant) => store.get<Team>('select * from colony_teams where default_of = ?', tenant),
    ofMember: (subject) => store.all<Team>(OF_MEMBER, subject),
    add({ id, display_name, tier, owner, owner_tenant, default_of, saml, created_at }) {
      const sql = 'insert into colony_teams values (?, ?, ?, ?, ?, ?, ?, ?)';
      store.run(sql, id, display_name, tier, owner, owner_tenant, default_of, saml, created_at);
    },
    setSaml: (id, saml) => store.run('update colony_teams set saml = ? where id = ?', saml, id),
    remove: (id) => store.run('delete from colony_teams where id = ?', id),
  };
}

/** The tenant slug of a team. */
export function slugOf({ id }: { readonly id: string }): string {
  return `t-${id}`;
}

/** The team id in a slug `t-<uuid>`. */
export function idOfSlug(slug: string): string {
  return slug.slice('t-'.length);
}
