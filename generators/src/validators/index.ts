import { checkGeneratedPath, type GeneratedFile, type Generator, type GeneratorOptions } from '@millwright/codegen';
import type { Contract } from '@millwright/contract';
import { importPaths } from '../client/import-paths.ts';
import { inlineRuntime } from '../client/inline-runtime.ts';
import { contractHeader } from '../types/contract-header.ts';
import { nameShapes } from '../types/shapes.ts';
import { checksOf } from './checks.ts';
import { Compiler } from './compiler.ts';
import { printSchemas } from './print-schemas.ts';
import { printValidators } from './print-validators.ts';
import { runtimeSources } from './runtime-source.ts';
import { SchemaTablePrinter } from './schema-table.ts';

/** What can be asked for beside the options of every generator. */
export interface ValidatorSettings {
  /** False: `format` is an annotation, as JSON Schema 2020-12 has it by default. Default true: formats are checked in full. */
  readonly formats?: boolean;
}

/** The files of the validators; nothing where the contract names no schema. */
export function generateValidators(
  contract: Contract,
  options: GeneratorOptions,
  { formats = true }: ValidatorSettings = {},
): readonly GeneratedFile[] {
  const checks = checksOf(contract);
  if (checks.length === 0) return [];
  const { nameOf } = nameShapes(contract);
  const paths = importPaths('./', 'validation', options);
  const imports = {
    runtime: options.runtime === 'inline' ? paths.runtime : `${options.runtime}/validation`,
    types: paths.types,
    schemas: `./validator-schemas.${options.importExtension}`,
  };
  const table = new SchemaTablePrinter((schema) => nameOf(schema, 'read'), formats);
  const compiler = new Compiler(
    checks.map(({ schema }) => schema),
    { formats, indexOf: (schema, shape) => table.indexOf(schema, shape) },
  );
  const header = contractHeader(contract);
  const sources = contract.documents.map(({ file }) => file);
  return [
    {
      path: checkGeneratedPath('validators.ts'),
      content: printValidators(header, checks, compiler, imports),
      sources,
    },
    {
      path: checkGeneratedPath('validator-schemas.ts'),
      content: printSchemas(header, checks, table, imports.runtime),
      sources,
    },
    ...inlineRuntime(runtimeSources, options),
  ];
}

/** A boolean check and an explanation per named schema, in strict and tolerant mode. */
export const validators: Generator = {
  name: 'validators',
  description: 'A check per schema, strict for producers and tolerant for consumers, without dependencies',
  generate: (contract, options) => [generateValidators(contract, options), []],
};
