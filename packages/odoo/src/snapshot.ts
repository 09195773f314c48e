import type { OdooClient } from './client.ts';
import { OdooError } from './odoo-error.ts';
import { membersOf, type OdooValue, type OdooValues } from './protocol.ts';

/** What a field is, as far as a mapping depends on it. */
export interface OdooField {
  /** `char`, `many2one` and so on. */
  readonly type: string;
  readonly required: boolean;
  /** Computed, or not meant to be written. Odoo itself enforces it in its screens only. */
  readonly readonly: boolean;
  /** False for a field that is computed when it is read. */
  readonly store: boolean;
  /** Model that a `many2one`, `one2many` or `many2many` leads to. */
  readonly relation?: string;
  /** Keys of a `selection`, in its order; labels are left out, because they are translated. */
  readonly selection?: readonly string[];
  /** Its value depends on the company of the user or the context. */
  readonly companyDependent?: true;
}

/** Models and fields of one database, as the user of the key sees them: fields of groups that it does not have are not there. */
export interface OdooSnapshot {
  readonly format: 'millwright.odoo/1';
  /** Version of the module `base`, such as `19.0.1.3`: series and its own number. */
  readonly base: string;
  /** Models that were asked for and do not exist. */
  readonly absent: readonly string[];
  readonly models: { readonly [model: string]: { readonly [field: string]: OdooField } };
}

const attributes = ['type', 'required', 'readonly', 'store', 'relation', 'selection', 'company_dependent'] as const;

/** Asks for the fields of models. Same database, same key, same models: the same snapshot, with every name in code-unit order. */
export async function introspect(client: OdooClient, models: readonly string[]): Promise<OdooSnapshot> {
  const names = [...new Set(models)].sort();
  const found = await Promise.all(names.map(async (model) => [model, await fieldsOf(client, model)] as const));
  return {
    format: 'millwright.odoo/1',
    base: await versionOf(client),
    absent: found.flatMap(([model, fields]) => (fields === undefined ? [model] : [])),
    models: Object.fromEntries(found.flatMap(([model, fields]) => (fields === undefined ? [] : [[model, fields]]))),
  };
}

async function fieldsOf(client: OdooClient, model: string): Promise<Readonly<Record<string, OdooField>> | undefined> {
  try {
    const fields = membersOf(await client.call({ model, method: 'fields_get', args: { attributes } }));
    return Object.fromEntries(
      Object.keys(fields)
        .sort()
        .map((name) => [name, fieldOf(membersOf(fields[name] ?? null))]),
    );
  } catch (error) {
    if (error instanceof OdooError && error.code === 'unknown-method') return undefined;
    throw error;
  }
}

function fieldOf(told: OdooValues): OdooField {
  const { type, required, readonly, store, relation, selection, company_dependent } = told;
  return {
    type: String(type),
    required: required === true,
    readonly: readonly === true,
    store: store === true,
    ...(typeof relation === 'string' ? { relation } : {}),
    ...(Array.isArray(selection) ? { selection: keysOf(selection) } : {}),
    ...(company_dependent === true ? { companyDependent: true } : {}),
  };
}

/** Pairs of key and label; a key may be a number, which is written as text all the same. */
function keysOf(selection: readonly OdooValue[]): readonly string[] {
  return selection.flatMap((pair) => (Array.isArray(pair) ? [String(pair[0])] : []));
}

async function versionOf(client: OdooClient): Promise<string> {
  const [base] = await client.searchRead('ir.module.module', [['name', '=', 'base']], ['installed_version']);
  return String(base?.['installed_version'] ?? '');
}

/** JSON of a snapshot with a field on each line, so that a difference of two is read line by line. */
export function printSnapshot({ models, ...head }: OdooSnapshot): string {
  const members = Object.entries(models).map(([model, fields]) => {
    const lines = Object.entries(fields).map(
      ([name, field]) => `      ${JSON.stringify(name)}: ${JSON.stringify(field)}`,
    );
    return `    ${JSON.stringify(model)}: {\n${lines.join(',\n')}\n    }`;
  });
  const heads = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return `{\n${heads.join('')}  "models": {\n${members.join(',\n')}\n  }\n}\n`;
}
