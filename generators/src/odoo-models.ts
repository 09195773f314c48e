import {
  byCodeUnits,
  type Code,
  code,
  fileHeader,
  indent,
  join,
  key,
  literal,
  stringLiteral,
} from '@millwright/codegen';

/** What is read of a snapshot of `@millwright/odoo`, which this side may not import. */
export interface ModelsSnapshot {
  readonly base: string;
  readonly models: { readonly [model: string]: { readonly [field: string]: FieldOfModel } };
}

export interface FieldOfModel {
  readonly type: string;
  readonly required: boolean;
  readonly readonly: boolean;
  readonly relation?: string;
  readonly selection?: readonly string[];
}

/** TypeScript of the models of a database, for `typedClient` of `@millwright/odoo`. Same snapshot, same bytes. */
export function printOdooModels(snapshot: ModelsSnapshot): string {
  const names = Object.keys(snapshot.models).sort(byCodeUnits);
  const models = names.map((name) => printModel(snapshot, name));
  const text = join(models, '\n');
  // A compiler may refuse an import that nothing uses, and not every snapshot has every kind of field.
  const imports = [code`OdooCommand`, code`OdooValue`, code`OdooValues`].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(text),
  );
  return code`${fileHeader('Odoo', snapshot.base)}import type { ${join(imports, ', ')} } from '@millwright/odoo';

export interface OdooModels {
${indent(text)}
}

export type OdooRead<Model extends keyof OdooModels> = OdooModels[Model]['read'];
export type OdooWrite<Model extends keyof OdooModels> = OdooModels[Model]['write'];
`;
}

function printModel(snapshot: ModelsSnapshot, model: string): Code {
  const fields = Object.entries(snapshot.models[model] ?? {}).sort(([left], [right]) => byCodeUnits(left, right));
  const read = fields.map(([name, field]) => code`readonly ${key(name)}: ${readType(field)};`);
  const written = fields.filter(([name, field]) => !field.readonly && name !== 'id');
  const write = written.map(([name, field]) => code`readonly ${key(name)}?: ${writeType(snapshot, field)};`);
  return code`readonly ${key(model)}: {
  readonly read: {
${indent(join(read, '\n'), 2)}
  };
  readonly write: {
${indent(join(write, '\n'), 2)}
  };
};`;
}

/** Odoo reads "no value" as `false`, which a required field never is. */
function readType(field: FieldOfModel): Code {
  switch (field.type) {
    case 'many2one':
      return orFalse(field, code`readonly [id: number, name: string]`);
    case 'one2many':
    case 'many2many':
      return code`readonly number[]`;
    default:
      return scalarType(field);
  }
}

function writeType(snapshot: ModelsSnapshot, field: FieldOfModel): Code {
  switch (field.type) {
    case 'many2one':
      return orFalse(field, code`number`);
    case 'one2many':
    case 'many2many':
      return code`readonly OdooCommand<${valuesOf(snapshot, field.relation)}>[]`;
    default:
      return scalarType(field);
  }
}

function valuesOf({ models }: ModelsSnapshot, relation: string | undefined): Code {
  if (relation === undefined || !Object.hasOwn(models, relation)) return code`OdooValues`;
  return code`OdooModels[${stringLiteral(relation)}]['write']`;
}

/** Dates are text in UTC, files are base64. A type that is not known here can be anything. */
function scalarType(field: FieldOfModel): Code {
  switch (field.type) {
    case 'boolean':
      return code`boolean`;
    case 'integer':
    case 'float':
    case 'monetary':
      return code`number`;
    case 'many2one_reference':
      return orFalse(field, code`number`);
    case 'selection':
      return orFalse(field, selectionType(field.selection ?? []));
    case 'char':
    case 'text':
    case 'html':
    case 'date':
    case 'datetime':
    case 'reference':
    case 'binary':
    case 'image':
      return orFalse(field, code`string`);
    default:
      return code`OdooValue`;
  }
}

function selectionType(keys: readonly string[]): Code {
  return keys.length === 0
    ? code`string`
    : join(
        keys.map((name) => literal(name)),
        ' | ',
      );
}

function orFalse(field: FieldOfModel, type: Code): Code {
  return field.required ? type : join([type, code`false`], ' | ');
}
