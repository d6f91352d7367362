import { describe, expect, it } from 'vitest';
import { proxyFrom } from '../../src/runtime/proxy.js';

describe('proxies of the environment', () => {
  it('are none where no variable is set, whatever NO_PROXY says', () => {
    expect(proxyFrom({})).toBeUndefined();
    expect(proxyFrom({ NO_PROXY: '*', HTTP_PROXY: '' })).toBeUndefined();
  });

  it.each([
    [{ HTTP_PROXY: 'http://p:1' }, { http: 'http://p:1', https: undefined, noProxy: undefined }],
    [
      { https_proxy: 'http://p:2', no_proxy: 'localhost' },
      { http: undefined, https: 'http://p:2', noProxy: 'localhost' },
    ],
    [{ HTTP_PROXY: 'http://upper', http_proxy: 'http://lower' }, { http: 'http://lower' }],
  ])('are read from %j, small letters first as in curl', (env, settings) => {
    expect(proxyFrom(env)).toMatchObject(settings);
  });
});
