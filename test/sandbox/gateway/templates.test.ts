import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../../src/sandbox/gateway/workflows/templates.js';

const input = {
  title: 'a "b" & <c>',
  count: 3,
  none: null,
  no: false,
  zero: 0,
  tags: ['x', 'y'],
  owner: { name: 'Ann' },
  empty: [],
  blank: {},
};
const state = { input, 'find.id': 7, 'find.pet': { name: 'Rex' } };
const render = (template: string) => renderTemplate(template, { input, state });

describe('a body template', () => {
  it.each([
    ['{{input.title}}', 'a &quot;b&quot; &amp; &lt;c&gt;'],
    ["{{lookup input 'title'}}", 'a &quot;b&quot; &amp; &lt;c&gt;'],
    ['{{{input.title}}}', 'a "b" & <c>'],
    ['{"id":{{state.[find.id]}}}', '{"id":7}'],
    ['{"a":{"id":{{lookup state "find.id"}}}}', '{"a":{"id":7}}'],
    ['{"name":"{{{input.owner.name}}}"}', '{"name":"Ann"}'],
    ['{"a":{{{input.count}}}}', '{"a":3}'],
    ['{{input.nothing.deeper}}', ''],
    ['{{steps.find.id}}', ''],
    ['{{input.none}}|{{input.no}}|{{input.zero}}', '|false|0'],
    ['{{input.owner}}{{{state.[find.pet]}}}', '[object][object]'],
    ['{{input.tags}}', '[x, y]'],
    ['{{input.owner.toString}}{{input.tags.constructor}}', ''],
    ['{{#if input.tags}}yes{{else}}no{{/if}}', 'yes'],
    ['{{#if input.empty}}yes{{else}}no{{/if}}', 'no'],
    ['{{#if input.blank}}yes{{else}}no{{/if}}', 'no'],
    ['{{#if input.zero includeZero=true}}yes{{else}}no{{/if}}', 'yes'],
    ['{{#unless input.no}}yes{{/unless}}', 'yes'],
    ['{{#each input.tags}}{{@index}}{{this}},{{/each}}', '0x,1y,'],
    ['{{#each input.owner}}{{@key}}={{this}}{{/each}}', 'name=Ann'],
    ['{{#with input.owner}}{{name}}{{/with}}', 'Ann'],
    ['{{#if (eq input.count 3)}}eq{{/if}}{{#if (ne input.count 3)}}ne{{/if}}', 'eq'],
    ['{{#if (gt input.count 2)}}gt{{/if}}{{#if (lt input.count 2)}}lt{{/if}}', 'gt'],
    ['{{#if (and input.count (not input.no))}}and{{/if}}{{#if (or input.no input.zero)}}or{{/if}}', 'and'],
    ['{{len input.tags}}{{len input.owner}}{{len input.owner.name}}', '213'],
    ['{{this}}|{{@root}}', '[object]|[object]'],
    [
      '{{and input.count input.title input.no}}{{or input.no input.zero input.count}}{{or}}',
      'falsetruefalse',
    ],
    ['{{#eq input.count 3}}yes{{else}}no{{/eq}}{{#and input.no 1}}yes{{else}}no{{/and}}', 'yesno'],
    ['{{#not input.no}}yes{{/not}}{{#gt 2 1}}yes{{/gt}}', 'yesyes'],
    ['{{gt "2" 1}}{{lt 1 "2"}}{{gte "2" 2}}{{gt true false}}{{gt "b" "a"}}', 'truetruetruetruetrue'],
    ['{{gt "abc" 1}}{{lt "" 1}}{{lt true 2}}{{gt "10" "9"}}', 'falsefalsefalsefalse'],
    ['{{lt input.none 1}}{{lt input.missing 1}}{{lte input.none input.none}}', 'falsefalsefalse'],
    ['{{eq input.missing input.none}}{{eq input.missing null}}{{ne input.missing 0}}', 'truetruetrue'],
    ["{{log 'quiet'}}", ''],
    ['{{! a comment }}{{!-- another }} one --}}{}', '{}'],
  ])('%s', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it.each([
    '{{#if input.a}}',
    '{{json input}}',
    '{{#nothing}}x{{/nothing}}',
    '{{> part}}',
    '{{input.',
    '{{#each input.tags}}{{ . }}{{/each}}',
    '{{{.}}}',
  ])('is at fault: %s', (template) => {
    expect(() => render(template)).toThrow();
  });

  it('keeps a member named like a method of objects', () => {
    const named = { toString: 'text', constructor: 'made', __proto__: 'x' };
    expect(renderTemplate('{{input.toString}}{{input.constructor}}', { input: named, state: {} })).toBe(
      'textmade',
    );
  });
});
