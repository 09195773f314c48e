import { isJsonObject, member } from '../json.ts';
import { type Cursor, valueAt } from '../resolve/references.ts';
import type { Dialect } from '../schema.ts';
import { dialectOf } from './dialects.ts';

/** Multi Format Schema Object: a schema with the format that it is written in (AsyncAPI 3, section 4.8.22). */
export function isMultiFormat({ document, value }: Cursor): boolean {
  return (
    isJsonObject(document.value) &&
    Object.hasOwn(document.value, 'asyncapi') &&
    isJsonObject(value) &&
    Object.hasOwn(value, 'schemaFormat') &&
    Object.hasOwn(value, 'schema')
  );
}

/** Dialect of a schema that stands inside a Multi Format Schema Object; undefined for any other. */
export function multiFormatDialect({ document, pointer }: Cursor): Dialect | undefined {
  if (!pointer.endsWith('/schema')) return undefined;
  const around = valueAt(document, pointer.slice(0, -'/schema'.length));
  if (around === undefined || !isMultiFormat(around) || !isJsonObject(around.value)) return undefined;
  return dialectOfFormat(String(member(around.value, 'schemaFormat')));
}

/** Dialect that a `schemaFormat` names; draft-07 where none is named, undefined where it is not JSON Schema. */
export function dialectOfFormat(format: string | undefined): Dialect | undefined {
  if (format === undefined || /^application\/vnd\.aai\.asyncapi(\+(json|yaml))?;\s*version=/.test(format))
    return 'draft-07';
  if (/^application\/vnd\.oai\.openapi(\+(json|yaml))?;\s*version=3\.0/.test(format)) return 'openapi-3.0';
  if (/^application\/vnd\.oai\.openapi(\+(json|yaml))?;\s*version=3\.[12]/.test(format)) return '2020-12';
  const draft = /^application\/schema\+(?:json|yaml);\s*version=(draft-0[4-7]|(?:draft-)?20(?:19-09|20-12))$/.exec(
    format,
  )?.[1];
  if (draft === undefined) return undefined;
  return draft.startsWith('draft-0')
    ? dialectOf(`http://json-schema.org/${draft}/schema`)
    : dialectOf(`https://json-schema.org/draft/${draft.replace('draft-', '')}/schema`);
}
