import { describe, expect, it } from 'vitest';
import { AegisError } from '../../src/errors.js';
import { renderError } from '../../src/server/render-error.js';

describe('an error as text', () => {
  it('has code and cause', () => {
    expect(renderError(new AegisError('internal', 'broken'))).toBe('Error internal: broken');
  });

  it('has status, a warning and the next step where they are known', () => {
    const error = new AegisError('server_error', 'The server failed.', {
      status: 500,
      mayHaveRun: true,
      next: 'See the server log.',
    });
    expect(renderError(error)).toBe(
      'Error server_error (HTTP 500): The server failed.\n' +
        'The call may have taken effect: check before you repeat it.\n' +
        'Next: See the server log.',
    );
  });

  it('loses invisible characters and terminal sequences that the server sent', () => {
    const error = new AegisError('refused', 'a\u202eb\u001b[2Jc', { next: 'd\u200be' });
    expect(renderError(error)).toBe('Error refused: abc\nNext: de');
  });

  it('never shows the error beneath', () => {
    const cause = new Error('password=hunter2');
    expect(renderError(new AegisError('unreachable', 'No answer.', { cause }))).not.toContain('hunter2');
  });
});
