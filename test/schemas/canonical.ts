import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Contract,
  type JsonObject,
  type JsonValue,
  loadContract,
  type Schema,
  toJsonSchema,
} from '@millwright/contract';
import type { ErrorObject } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { parse } from 'yaml';

const schemasFolder = fileURLToPath(new URL('../../schemas/', import.meta.url));

/** A file of schemas/, with its path in there and what it holds. */
export interface CanonicalFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly value: JsonObject;
}

/** YAML files of schemas/, in the order of their paths. */
export const yamlFiles: readonly CanonicalFile[] = filesBelow('', /\.yaml$/).map((name) => {
  const path = join(schemasFolder, name);
  const text = readFileSync(path, 'utf8');
  return { name, path, text, value: parse(text) as JsonObject };
});

/** Names of files below a folder of schemas/. */
export function filesBelow(folder: string, pattern: RegExp): readonly string[] {
  const below = join(schemasFolder, folder);
  return readdirSync(below, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile() && pattern.test(item.name) && !item.parentPath.includes('node_modules'))
    .map((item) => relative(schemasFolder, join(item.parentPath, item.name)).replaceAll('\\', '/'))
    .sort();
}

/** Files of one format, told by its first member. */
export function filesOf(kind: 'openapi' | 'asyncapi' | 'arazzo' | '$schema'): readonly CanonicalFile[] {
  return yamlFiles.filter(({ value }) => Object.hasOwn(value, kind));
}

export function fileOf(name: string): CanonicalFile {
  const file = yamlFiles.find((candidate) => candidate.name === name);
  if (file === undefined) throw new Error(`schemas/${name} is missing`);
  return file;
}

export function readJson(name: string): JsonValue {
  return JSON.parse(readFileSync(join(schemasFolder, name), 'utf8')) as JsonValue;
}

let loading: Promise<Contract> | undefined;

/** The whole canonical contract, read once. */
export function canonicalContract(): Promise<Contract> {
  loading ??= loadContract({ entries: yamlFiles.filter(isContract).map(({ path }) => path) }).then(
    ([contract, diagnostics]) => {
      if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
      return contract;
    },
  );
  return loading;
}

function isContract({ value }: CanonicalFile): boolean {
  return ['openapi', 'asyncapi', 'arazzo', '$schema'].some((member) => Object.hasOwn(value, member));
}

/** The schema that a file of schemas/ is. */
export function schemaOfFile(contract: Contract, name: string): Schema {
  const named = contract.schemas.find(
    ({ schema }) => schema.pointer === '' && schema.document.uri.endsWith(`/schemas/${name}`),
  );
  if (named === undefined) throw new Error(`schemas/${name} holds no schema`);
  return named.schema;
}

const compiled = new Map<Schema, ValidateFunction>();

/** What Ajv says against a value; it reads the JSON Schema that the contract prints of the schema. */
export function faultsOf(schema: Schema, value: unknown): readonly ErrorObject[] {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    formatsPlugin.default(ajv);
    validate = ajv.compile(toJsonSchema(schema));
    compiled.set(schema, validate);
  }
  return validate(value) ? [] : [...(validate.errors ?? [])];
}

export function told({ instancePath, keyword, message }: ErrorObject): string {
  return `${keyword} at "${instancePath}": ${message}`;
}

/** A place in a file where a member of some name stands. */
export interface Found {
  readonly file: string;
  readonly pointer: string;
  readonly value: JsonValue;
}

/** Every member of one name in a value, examples left out: there it is data. */
export function membersNamed(name: string, file: string, value: JsonValue, pointer = ''): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own: readonly Found[] = key === name ? [{ file, pointer: at, value: member as JsonValue }] : [];
    return key === 'examples' || key === 'example'
      ? []
      : [...own, ...membersNamed(name, file, member as JsonValue, at)];
  });
}
