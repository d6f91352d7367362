/** What the scripted agent answers: a few instructions really work on the input, others get a composed reply. */
import { isObject } from './json-schema.js';

/** The task as the runner sees it. */
export interface Task {
  readonly agentName: string;
  readonly instruction: string;
  readonly intent: string | null;
  readonly input: unknown;
}

type Skill = readonly [RegExp, (text: string) => string];

const words = (text: string): string[] => text.match(/\S+/g) ?? [];
const lines = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== '');

const SKILLS: readonly Skill[] = [
  [/\bcount\b.*\bwords?\b|\bword count\b/i, (text) => String(words(text).length)],
  [/\bcount\b.*\b(characters?|letters?)\b/i, (text) => String([...text].length)],
  [/\bcount\b.*\blines?\b/i, (text) => String(lines(text).length)],
  [/\brevers(e|es|ing)\b/i, (text) => [...text].reverse().join('')],
  [/\bupper[- ]?case/i, (text) => text.toUpperCase()],
  [/\blower[- ]?case/i, (text) => text.toLowerCase()],
  [/\bsummar(y|i[sz]e[sd]?|i[sz]ing)\b/i, summarize],
  [/\bsort(s|ed|ing)?\b/i, sortItems],
  [/\b(sum|total|add up)\b.*\bnumbers?\b|\badd the numbers\b/i, sumNumbers],
  [/\b(echo|repeat)\b/i, (text) => text],
];

/** The agent's output for a task; the same task gives the same output. */
export function composeOutput(task: Task): string {
  const text = textOf(task.input) ?? task.intent ?? '';
  const skill = SKILLS.find(([pattern]) => pattern.test(task.instruction));
  return skill ? skill[1](text) : reply(task, text);
}

/** The text in an input: a string itself, the strings of an object or list, else its JSON; null has none. */
export function textOf(input: unknown): string | undefined {
  if (input === null || input === undefined) return undefined;
  if (typeof input === 'string') return input;
  const members = isObject(input) || Array.isArray(input) ? Object.values(input) : [];
  const texts = members.filter((member) => typeof member === 'string');
  return texts.length > 0 ? texts.join(' ') : JSON.stringify(input);
}

/** JSON text that fits an object schema, filled from the plain output. */
export function shapeOutput(schema: unknown, output: string): string {
  if (!isObject(schema) || schema.type !== 'object') return output;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const names = new Set([...Object.keys(properties), ...required]);
  return JSON.stringify(Object.fromEntries([...names].map((name) => [name, fill(properties[name], output)])));
}

function fill(schema: unknown, output: string): unknown {
  const type = isObject(schema) ? schema.type : undefined;
  if (type === 'number' || type === 'integer')
    return /^-?\d+$/.test(output) ? Number(output) : words(output).length;
  if (type === 'boolean') return output !== '';
  if (type === 'array') return [];
  return type === 'object' ? JSON.parse(shapeOutput(schema, output)) : output;
}

function reply({ agentName, instruction, intent }: Task, text: string): string {
  const purpose = intent === null ? '' : ` for "${intent}"`;
  return `${agentName}${purpose}: done. Instruction: ${shorten(instruction)} Input: ${shorten(text)}`;
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

function summarize(text: string): string {
  const first = text.match(/^[^.!?]*[.!?]?/)?.[0].trim() ?? '';
  const kept = words(first === '' ? text : first);
  return kept.length > 25 ? `${kept.slice(0, 25).join(' ')}…` : kept.join(' ');
}

function sortItems(text: string): string {
  const found = lines(text);
  return found.length > 1 ? found.sort().join('\n') : words(text).sort().join(' ');
}

function sumNumbers(text: string): string {
  const numbers = text.match(/-?\d+(\.\d+)?/g) ?? [];
  return String(numbers.reduce((total, number) => total + Number(number), 0));
}
