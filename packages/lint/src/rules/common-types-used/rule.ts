import type { Contract, Schema } from '@millwright/contract';
import { governedSchemas, isGovernedEntry } from '../../governed.ts';
import type { LintRule, Place } from '../../lint-rule.ts';
import { allOperations, conjunctsOf, propertiesOf, targetOf } from '../../schema-walk.ts';

export const commonTypesUsed: LintRule = {
  id: 'lint/common-types-used',
  severity: 'error',
  law: 'Under governance times, quantities, units, money and identifiers, told by name or format, refer to the common types.',
  why: 'Each inline spelling is a type of its own: without unit, currency, offset or length it means something else in each system.',
  fix: 'Refer to the common DateTime, Date, Duration, Quantity, Money or identifier type.',
  check: ({ contract, report }) => {
    for (const { place, name, schema, siblings } of fieldsOf(contract)) {
      const wanted = wantedOf(name, schema, siblings);
      if (wanted !== undefined) report(place, `${name} does not refer to the common ${wanted}`);
    }
  },
};

interface Field {
  readonly place: Place;
  readonly name: string;
  readonly schema: Schema;
  readonly siblings: ReadonlySet<string>;
}

/** Properties, and parameters of paths and queries. */
function fieldsOf(contract: Contract): readonly Field[] {
  const properties = [...governedSchemas(contract)].flatMap(({ properties: all }) => {
    const siblings = new Set(all?.keys());
    return [...(all ?? [])].map(([name, schema]): Field => ({ place: schema, name, schema, siblings }));
  });
  const parameters = new Map<Schema, Field>();
  for (const operation of allOperations(contract).filter(({ entry }) => isGovernedEntry(entry)))
    for (const { name, in: place, schema } of operation.parameters)
      if (schema !== undefined && (place === 'path' || place === 'query'))
        parameters.set(schema, { place: schema, name, schema, siblings: new Set() });
  return [...properties, ...parameters.values()];
}

const timeFormats: Readonly<Record<string, string>> = { 'date-time': 'DateTime', date: 'Date', duration: 'Duration' };

/** The common type that a field should refer to and does not. */
function wantedOf(name: string, schema: Schema, siblings: ReadonlySet<string>): string | undefined {
  const values = schema.items === undefined || schema.ref !== undefined ? schema : schema.items;
  const target = targetOf(values);
  const isReference = [...conjunctsOf(values)].some(({ ref }) => ref !== undefined);
  const isPlain = target.type?.some((type) => ['string', 'integer', 'number'].includes(type)) === true;
  const inline = isReference ? undefined : timeFormats[target.format ?? ''];
  if (inline !== undefined) return inline;
  if (/[a-z]At$/.test(name) && isPlain && target.format !== 'date-time') return 'DateTime';
  if (/(^d|[a-z]D)ate$/.test(name) && isPlain && !/^date/.test(target.format ?? '')) return 'Date or DateTime';
  if (/(^d|[a-z]D)uration$/.test(name) && isPlain && target.format !== 'duration') return 'Duration';
  if (/(^q|[a-z]Q)uantity$/.test(name) && !holds(target, ['value', 'unit'])) return 'Quantity';
  const isMoneyItself = name === 'amount' && siblings.has('currency');
  if (/(^a|[a-z]A)mount$|(^p|[a-z]P)rice$|(^c|[a-z]C)ost$/.test(name) && !isMoneyItself)
    return holds(target, ['amount', 'currency']) ? undefined : 'Money';
  const isText = !isReference && target.type?.includes('string') === true && target.enum === undefined;
  if (/[a-z](Number|Id)$/.test(name) && isText && target.format === undefined && !('const' in target))
    return 'identifier type';
  if (/(^u|[a-z]U)nit$/.test(name) && isText && !('const' in target)) return 'vocabulary of units';
  if (/(^c|[a-z]C)urrency$/.test(name) && isText && !('const' in target)) return 'CurrencyCode';
  return undefined;
}

/** One of several alternatives is enough: the other may be null. */
function holds(schema: Schema, names: readonly string[]): boolean {
  return [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].some((alternative) => {
    const properties = propertiesOf(alternative);
    return names.every((name) => properties.has(name));
  });
}
