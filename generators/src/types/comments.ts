import { type Code, type CommentTag, comment, literal } from '@millwright/codegen';
import type { Schema } from '@millwright/contract';

const exampleLengthMax = 160;

const commentsOfSchema = new WeakMap<Schema, Code>();

/** JSDoc of a schema: description, unit, first example, default, deprecation. Written once, used in every shape. */
export function commentOf(schema: Schema): Code {
  let known = commentsOfSchema.get(schema);
  if (known === undefined) {
    known = printComment(schema);
    commentsOfSchema.set(schema, known);
  }
  return known;
}

function printComment(schema: Schema): Code {
  const tags: CommentTag[] = [];
  const unit = schema.extensions?.get('x-unit');
  const remarks = [...(typeof unit === 'string' ? [`unit ${unit}`] : []), ...limitsOf(schema)];
  if (remarks.length > 0) tags.push({ tag: 'remarks', text: remarks.join('; ') });
  if (schema.default !== undefined) tags.push({ tag: 'defaultValue', text: short(literal(schema.default)) });
  const [example] = schema.examples ?? [];
  if (example !== undefined) tags.push({ tag: 'example', text: short(literal(example)) });
  if (schema.deprecated === true) tags.push({ tag: 'deprecated', text: '' });
  return comment(schema.description ?? schema.title, tags);
}

const limits = [
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
] as const;

/** What a TypeScript type cannot say. */
function limitsOf(schema: Schema): readonly string[] {
  return limits.flatMap((keyword) =>
    schema[keyword] === undefined ? [] : [`${keyword} ${short(String(schema[keyword]))}`],
  );
}

function short(text: string): string {
  return text.length > exampleLengthMax ? `${text.slice(0, exampleLengthMax)}...` : text;
}
