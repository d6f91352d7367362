import { describe, expect, it } from 'vitest';
import { renderOutcome } from '../../src/server/render-outcome.js';

const rendered = (mimeType: string) =>
  renderOutcome({ isError: false, text: '{}', blob: { uri: 'aegis://v/a', mimeType, base64: 'AAEC' } })
    .content[1];

describe('receipts', () => {
  it.each([true, false])('are named beside the result, a failure (%s) or not', (isError) => {
    const outcome = { isError, text: '{}', structured: {}, receipts: ['a', 'b'] };
    expect(renderOutcome(outcome)).toMatchObject({ _meta: { 'aegis-mcp/receipts': ['a', 'b'] } });
  });

  it('are not, where there are none', () => {
    expect(renderOutcome({ isError: false, text: '{}', structured: {} })).not.toHaveProperty('_meta');
  });
});

describe('bytes beside the text', () => {
  it.each(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])('of %s are an image', (mimeType) => {
    expect(rendered(mimeType)).toEqual({ type: 'image', data: 'AAEC', mimeType });
  });

  it.each(['image/svg+xml', 'image/tiff', 'image/x-icon', 'application/pdf'])(
    'of %s, which models do not take as an image, are a resource',
    (mimeType) => {
      const resource = { uri: 'aegis://v/a', mimeType, blob: 'AAEC' };
      expect(rendered(mimeType)).toEqual({ type: 'resource', resource });
    },
  );
});
