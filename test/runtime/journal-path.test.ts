import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { journalPath } from '../../src/runtime/journal-path.js';

const NOTHING = { journal: undefined, sandbox: false, data: undefined };
const env = { XDG_STATE_HOME: '/var/state' };

describe('the journal', () => {
  it('is where the configuration says, first of all', () => {
    const config = { journal: 'receipts.db', sandbox: true, data: '/data' };
    expect(journalPath(config, env)).toBe('receipts.db');
  });

  it('lies beside the data of a sandbox that keeps any', () => {
    expect(journalPath({ ...NOTHING, sandbox: true, data: '/data' }, env)).toBe('/data/journal.db');
  });

  it('is in memory for a sandbox that keeps nothing', () => {
    expect(journalPath({ ...NOTHING, sandbox: true }, env)).toBe(':memory:');
  });

  it('does not follow data where there is no sandbox', () => {
    expect(journalPath({ ...NOTHING, data: '/data' }, env)).toBe('/var/state/aegis-mcp/journal.db');
  });

  it('lies in XDG_STATE_HOME', () => {
    expect(journalPath(NOTHING, env)).toBe('/var/state/aegis-mcp/journal.db');
  });

  it.each([[undefined], [''], ['relative/state']])(
    'lies in ~/.local/state when XDG_STATE_HOME is %j: a relative path does not count',
    (value) => {
      expect(journalPath(NOTHING, { XDG_STATE_HOME: value })).toBe(
        `${homedir()}/.local/state/aegis-mcp/journal.db`,
      );
    },
  );
});
