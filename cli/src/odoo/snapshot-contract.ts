import { type JsonObject, type JsonValue, joinPointer, parsePointer } from '@millwright/contract';
import type { OdooField, OdooSnapshot } from '@millwright/odoo';

/** Begins with what `millwright odoo introspect` writes first. */
export function isOdooSnapshot(text: string): boolean {
  return /^\s*\{\s*"format"\s*:\s*"millwright\.odoo\/1"/.test(text);
}

/**
 * A snapshot as an OpenAPI document, so that two are compared as contracts are: what is read of a model is a response, what may be written
 * to it a request. "No value", which Odoo reads and writes as `false`, is null. Whether a field is stored or depends on the company does
 * not show.
 */
export function contractOfSnapshot({ base, models }: OdooSnapshot): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Odoo', version: base },
    paths: Object.fromEntries(Object.keys(models).map((model) => [`/${model}`, pathOf(model)])),
    components: {
      schemas: Object.fromEntries(
        Object.entries(models).flatMap(([model, fields]) => [
          [`${model}.read`, readSchema(fields)],
          [`${model}.write`, writeSchema(fields)],
        ]),
      ),
    },
  };
}

function pathOf(model: string): JsonObject {
  const content = (use: 'read' | 'write'): JsonObject => ({
    'application/json': { schema: { $ref: `#/components/schemas/${model}.${use}` } },
  });
  return {
    get: { responses: { '200': { description: 'What is read', content: content('read') } } },
    put: {
      requestBody: { required: true, content: content('write') },
      responses: { '204': { description: 'Written' } },
    },
  };
}

function readSchema(fields: Readonly<Record<string, OdooField>>): JsonObject {
  return {
    type: 'object',
    required: Object.keys(fields),
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueSchema(field)])),
  };
}

/** A required field may have a default, which a database does not tell: it may be left out, and not be emptied. */
function writeSchema(fields: Readonly<Record<string, OdooField>>): JsonObject {
  const written = Object.entries(fields).filter(([name, field]) => !field.readonly && name !== 'id');
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(written.map(([name, field]) => [name, valueSchema(field)])),
  };
}

function valueSchema(field: OdooField): JsonObject {
  const { type, required, relation, selection = [] } = field;
  const orNull = (name: string): JsonValue => (required ? name : [name, 'null']);
  switch (type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer' };
    case 'float':
    case 'monetary':
      return { type: 'number' };
    case 'selection':
      return {
        type: orNull('string'),
        ...(selection.length === 0 ? {} : { enum: [...selection, ...(required ? [] : [null])] }),
      };
    case 'date':
      return { type: orNull('string'), pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
    case 'datetime':
      return { type: orNull('string'), pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$' };
    case 'char':
    case 'text':
    case 'html':
    case 'reference':
    case 'binary':
    case 'image':
      return { type: orNull('string') };
    case 'many2one':
      return { type: orNull('object'), ...recordOf(relation) };
    case 'one2many':
    case 'many2many':
      return { type: 'array', items: { type: 'object', ...recordOf(relation) } };
    default:
      return {};
  }
}

/** A record is named by its model, so that another relation is another value. */
function recordOf(relation: string | undefined): JsonObject {
  if (relation === undefined) return {};
  return { required: ['model'], properties: { model: { const: relation } } };
}

/** Where in the snapshot that stands which the contract has at a place. */
export function pointerInSnapshot(pointer: string): string {
  const [part, ...tokens] = parsePointer(pointer) ?? [];
  if (part === 'paths') return tokens[0] === undefined ? '/models' : joinPointer('/models', tokens[0].slice(1));
  if (part === 'info') return '/base';
  const [, schema, keyword, field] = tokens;
  if (schema === undefined) return '/models';
  const model = joinPointer('/models', schema.replace(/\.(read|write)$/, ''));
  return keyword === 'properties' && field !== undefined ? joinPointer(model, field) : model;
}
