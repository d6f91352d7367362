import { describe, expect, it } from 'vitest';
import { createDialectMemory } from '../../src/tools/dialects.js';

describe('auto', () => {
  it('starts with the live dialect and may fall back', () => {
    const memory = createDialectMemory('auto');
    expect(memory.first('start_execution')).toBe('live');
    expect(memory.mayFallBack).toBe(true);
  });

  it('remembers what answered a tool', () => {
    const memory = createDialectMemory('auto');
    memory.remember('start_execution', 'documented');
    memory.remember('health_live', 'live');
    expect(memory.first('start_execution')).toBe('documented');
    expect(memory.first('health_live')).toBe('live');
  });

  it('starts a tool not tried yet with the dialect seen last', () => {
    const memory = createDialectMemory('auto');
    memory.remember('start_execution', 'documented');
    expect(memory.first('stream_execution')).toBe('documented');
  });
});

describe.each(['live', 'documented'] as const)('%s', (dialect) => {
  it('is used for every tool, whatever answered', () => {
    const memory = createDialectMemory(dialect);
    memory.remember('start_execution', dialect === 'live' ? 'documented' : 'live');
    expect(memory.first('start_execution')).toBe(dialect);
    expect(memory.first('other')).toBe(dialect);
    expect(memory.mayFallBack).toBe(false);
  });
});
