/** `--seal-tools`: the way of single tools, checked where the program starts. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createRuntime } from '../../src/runtime/index.js';

const start = (tools: string) =>
  createRuntime(readConfig({ url: 'http://127.0.0.1:9', sealTools: tools }, {}));

describe('--seal-tools', () => {
  it('is read as tool and mode', () => {
    const { sealTools } = readConfig(
      { url: 'http://127.0.0.1:9', sealTools: 'deploy_agent=required, delete_agent=off' },
      {},
    );
    expect([...(sealTools ?? [])]).toEqual([
      ['deploy_agent', 'required'],
      ['delete_agent', 'off'],
    ]);
  });

  it.each(['deploy_agent', 'deploy_agent=always', '=off', 'deploy_agent=off,', 'a=off,a=auto'])(
    'refuses %j',
    (value) => {
      expect(() => start(value)).toThrow(/must be tool=mode, comma separated; a mode is auto, required, off/);
    },
  );

  it('takes sensitive tools only, for any other it would do nothing', () => {
    expect(() => start('deploy_agent=required')).not.toThrow();
    expect(() => start('list_agents=required')).toThrow(
      '--seal-tools (AEGIS_SEAL_TOOLS): list_agents is no sensitive tool: it is never signed.',
    );
    expect(() => start('deploy_agents=off')).toThrow(
      'deploy_agents is no tool of this server. Did you mean deploy_agent?',
    );
  });
});
