import { describe, expect, it } from 'vitest';
import { publishedWorkflow, realWorkflow, toWorkflow } from '../../../src/tools/actions/gateway-workflows.js';

const workflow = (
  step: object = {},
  input_schema: Readonly<Record<string, unknown>> = { type: 'object' },
) => ({
  name: 'w',
  description: '',
  input_schema,
  api_spec_id: 'a',
  steps: [{ name: 's', operation_id: 'o', ...step }],
});

const policyOf = (request: Readonly<Record<string, unknown>>): unknown => Object(request.steps)[0].on_error;

describe('what a step does on an error', () => {
  it.each([
    [undefined, 'AbortWorkflow', 'AbortWorkflow'],
    ['AbortWorkflow', 'AbortWorkflow', 'AbortWorkflow'],
    ['Continue', 'Continue', 'Continue'],
    ['RetryN(0)', { RetryN: 0 }, 'RetryN(0)'],
    ['RetryN(255)', { RetryN: 255 }, 'RetryN(255)'],
    [{ RetryN: 2 }, { RetryN: 2 }, 'RetryN(2)'],
  ])('%j is said in both forms', (on_error, real, published) => {
    const given = workflow(on_error === undefined ? {} : { on_error });
    expect(policyOf(realWorkflow('t', given))).toEqual(real);
    expect(policyOf(publishedWorkflow('t', given))).toEqual(published);
  });

  it.each([
    'RetryN(256)',
    'RetryN(-1)',
    'RetryN',
    'abort',
    7,
    {},
    { RetryN: 256 },
    { RetryN: 1.5 },
    { RetryN: '2' },
  ])('%j is refused with what is known', (on_error) => {
    expect(() => realWorkflow('tool', workflow({ on_error }))).toThrow(
      'tool: steps.0.on_error: is not known.',
    );
  });
});

it('refuses a path that is none, and a schema that is not of an object', () => {
  expect(() => realWorkflow('tool', workflow({ extractors: { a: '$.a', number: 'number' } }))).toThrow(
    'tool: steps.0.extractors.number: is no JSONPath.',
  );
  for (const schema of [{}, { type: 'array' }, { properties: {} }])
    expect(() => realWorkflow('tool', workflow({}, schema))).toThrow('input_schema: type is not "object"');
});

it('shows workflows as published, whatever the server sends', () => {
  const steps = [{ name: 's', on_error: { RetryN: 3 } }, { name: 't', on_error: 'New' }, 7];
  expect(toWorkflow({ id: 'i', name: 'w', steps })).toEqual({
    id: 'i',
    name: 'w',
    steps: [{ name: 's', on_error: 'RetryN(3)' }, { name: 't', on_error: 'New' }, 7],
  });
  expect(() => toWorkflow({ id: 'i' })).toThrow('not an object with name');
});
