import { describe, expect, it } from 'vitest';
import { BUILT_IN_TOOLS } from '../../../src/tools/catalog/effects.js';
import { SafeNames } from '../../../src/tools/catalog/names.js';

describe('a safe name', () => {
  it.each([
    ['aegis.workflow.executions.list', 'aegis_workflow_executions_list'],
    ['Fetch-Page', 'fetch_page'],
    ['café.crème', 'cafe_creme'],
    ['ﬁle.Ⅷ', 'file_viii'],
    ['  -weather- ', 'weather'],
    ['a\u202eb\u200bc', 'a_b_c'],
    ['工具.list', 'list'],
    // sha256 of the original, eight digits
    ['工具', 'tool_5ca6730d'],
    ['', 'tool_e3b0c442'],
    ['../../etc/passwd', 'etc_passwd'],
    ['__proto__', 'proto'],
  ])('of %j is %s', (original, name) => {
    expect(new SafeNames([]).nameOf(original)).toBe(name);
  });

  it('has at most 40 characters, and longer ones are told apart', () => {
    const names = new SafeNames([]);
    const long = 'x'.repeat(40);
    expect(names.nameOf(long)).toBe(long);
    const [one, other] = [names.nameOf(`${long}1`), names.nameOf(`${long}2`)];
    expect(one).toMatch(/^x{31}_[0-9a-f]{8}$/);
    expect(other).toMatch(/^x{31}_[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
    expect(names.nameOf('y'.repeat(100_000))).toMatch(/^y{31}_[0-9a-f]{8}$/);
  });

  it('is that of the first who has it; others get a hash of their own name', () => {
    const names = new SafeNames([]);
    expect(names.nameOf('a.b')).toBe('a_b');
    expect(names.nameOf('a-b')).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(names.nameOf('a.b')).toBe('a_b');
    expect(names.originalOf('a_b')).toBe('a.b');
  });

  it('is never given to another, even when it was chosen to look like a hashed one', () => {
    const names = new SafeNames([]);
    names.nameOf('a.b');
    const hashed = names.nameOf('a-b');
    const rival = new SafeNames([]);
    expect(rival.nameOf(hashed)).toBe(hashed);
    rival.nameOf('a.b');
    const moved = rival.nameOf('a-b');
    expect(moved).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(moved).not.toBe(hashed);
  });

  it('is none that a fixed tool has', () => {
    const names = new SafeNames(['list_agents']);
    expect(names.nameOf('list.agents')).toMatch(/^list_agents_[0-9a-f]{8}$/);
    expect(names.originalOf('list_agents')).toBeUndefined();
  });

  it('of a built-in tool cannot be taken by another server that is listed first', () => {
    const names = new SafeNames([], BUILT_IN_TOOLS);
    expect(names.nameOf('aegis_agent_delete')).toMatch(/^aegis_agent_delete_[0-9a-f]{8}$/);
    expect(names.nameOf('aegis.agent.delete')).toBe('aegis_agent_delete');
  });
});
