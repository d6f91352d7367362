/** Holds a value against a shape and reports every difference by its path. */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { keyPath, quote, type Report } from './problems.js';
import { describeChoice, doubtOfText, faultOfNumber, faultOfText, suggest } from './scalar-fault.js';
import {
  anything,
  type ChoiceShape,
  type Fields,
  type ListShape,
  type MapShape,
  type ObjectOptions,
  required,
  type Shape,
  type TextShape,
} from './shape.js';
import { nameKind } from './values.js';

export interface CheckContext {
  readonly report: Report;
  /** Unknown keys are warnings instead of errors, except where the server refuses them. */
  readonly allowUnknown: boolean;
}

/** Checks one value against one shape. `path` is where the value stands. */
export function checkShape(value: unknown, shape: Shape, path: string, context: CheckContext): void {
  switch (shape.kind) {
    case 'any':
      break;
    case 'text':
      checkText(value, shape, path, context.report);
      break;
    case 'number':
      context.report.errorIf(path, faultOfNumber(value, shape));
      break;
    case 'flag':
      if (typeof value !== 'boolean') context.report.error(path, mismatch('true or false', value));
      break;
    case 'list':
      checkList(value, shape, path, context);
      break;
    case 'map':
      checkMap(value, shape, path, context);
      break;
    case 'object':
      if (!isObject(value)) context.report.error(path, mismatch('an object', value));
      else checkFields({ value, path, fields: shape.fields, options: shape }, context);
      break;
    case 'choice':
      if (!isObject(value)) context.report.error(path, mismatch('an object', value));
      else checkChoice(value, shape, path, context);
      break;
  }
}

function mismatch(wanted: string, value: unknown): string {
  return `must be ${wanted}, not ${nameKind(value)}`;
}

function checkText(value: unknown, shape: TextShape, path: string, report: Report): void {
  const fault = faultOfText(value, shape);
  const doubt = doubtOfText(value, shape);
  if (fault !== undefined) report.error(path, fault);
  else if (doubt !== undefined) report.warn(path, doubt);
}

function checkList(value: unknown, shape: ListShape, path: string, context: CheckContext): void {
  if (!Array.isArray(value)) {
    const wanted = shape.example === undefined ? 'a list' : `a list such as ${shape.example}`;
    context.report.error(path, mismatch(wanted, value));
    return;
  }
  if (value.length < shape.min) context.report.error(path, 'must have at least one entry');
  value.forEach((item, index) => {
    checkShape(item, shape.item, `${path}[${index}]`, context);
  });
}

function checkMap(value: unknown, shape: MapShape, path: string, context: CheckContext): void {
  if (!isObject(value)) {
    context.report.error(path, mismatch('a map of keys to values', value));
    return;
  }
  const entries = Object.entries(value);
  if (entries.length < shape.min) context.report.error(path, 'must have at least one entry');
  for (const [key, inner] of entries) checkShape(inner, shape.value, keyPath(path, key), context);
}

function checkChoice(value: JsonObject, shape: ChoiceShape, path: string, context: CheckContext): void {
  const tag = value[shape.tag];
  const names = Object.keys(shape.cases);
  const own = typeof tag === 'string' && Object.hasOwn(shape.cases, tag) ? shape.cases[tag] : undefined;
  if (own === undefined) {
    context.report.error(keyPath(path, shape.tag), describeTag(tag, names, shape));
    return;
  }
  const fields = { [shape.tag]: required(anything), ...shape.common, ...own };
  checkFields({ value, path, fields, options: shape, among: shape }, context);
}

function describeTag(tag: unknown, names: readonly string[], shape: ChoiceShape): string {
  if (tag === undefined) return `is required: one of ${names.join(', ')}`;
  return typeof tag === 'string'
    ? describeChoice(tag, names, shape.instead)
    : mismatch(`one of ${names.join(', ')}`, tag);
}

/** An object being checked: where it stands and what it may hold. */
interface Place {
  readonly value: JsonObject;
  readonly path: string;
  readonly fields: Fields;
  readonly options: ObjectOptions;
  /** The choice that `fields` are one case of. */
  readonly among?: ChoiceShape;
}

function checkFields(place: Place, context: CheckContext): void {
  for (const [key, field] of Object.entries(place.fields)) {
    const inner = Object.hasOwn(place.value, key) ? place.value[key] : undefined;
    const at = keyPath(place.path, key);
    const absent = inner === undefined || (inner === null && field.shape.kind !== 'any');
    if (!absent) checkShape(inner, field.shape, at, context);
    else if (field.required) context.report.error(at, 'is required');
    else if (inner === null)
      context.report.warn(at, 'is null, which the server may refuse: leave the key out');
  }
  for (const key of Object.keys(place.value)) {
    if (!Object.hasOwn(place.fields, key)) reportUnknown(key, place, context);
  }
}

function reportUnknown(key: string, place: Place, context: CheckContext): void {
  const at = keyPath(place.path, key);
  const { ignored = {}, closed = false } = place.options;
  const reason = Object.hasOwn(ignored, key) ? ignored[key] : undefined;
  const effect = closed ? 'the server refuses it' : 'the server would ignore it';
  const meant = nameOwner(key, place) ?? suggest(key, Object.keys(place.fields));
  if (reason !== undefined) context.report.warn(at, reason);
  else if (context.allowUnknown && !closed) context.report.warn(at, `is not a key here (${effect})${meant}`);
  else context.report.error(at, `is not a key here (${effect})${meant}`);
}

/** Names the cases that have the key, when it belongs to another case of the same choice. */
function nameOwner(key: string, { among, value }: Place): string | undefined {
  if (among === undefined) return undefined;
  const owners = Object.entries(among.cases).filter(([, fields]) => Object.hasOwn(fields, key));
  if (owners.length === 0) return undefined;
  const names = owners.map(([name]) => name).join(', ');
  return `: it belongs to ${among.tag} ${names}, not ${quote(value[among.tag])}`;
}
