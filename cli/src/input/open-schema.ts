import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Contract, type Diagnostic, loadContract, type Schema } from '@millwright/contract';
import type { LoadedConfig } from '../config.ts';
import { UsageFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { findContracts } from './find-contracts.ts';
import { type ContractFlags, contractPaths, errorsOf, loadOptions, openContract } from './open-contract.ts';

/** Flags by which a command names a schema. */
export interface SchemaFlags extends ContractFlags {
  readonly schema?: string;
  readonly contract?: readonly string[];
}

/** True when a flag or the config says which contracts hold the schemas. */
export function namesContracts(flags: SchemaFlags, { config }: LoadedConfig): boolean {
  return flags.contract !== undefined || (config.contracts ?? []).length > 0;
}

/** A schema that was named, and the contract that it is of. */
interface OpenedSchema {
  readonly contract: Contract | undefined;
  readonly schema?: Schema;
  readonly diagnostics: readonly Diagnostic[];
}

/** `--schema` is a file with an optional pointer, or a name in the contracts of --contract or the config. */
export async function openSchema(flags: SchemaFlags, loaded: LoadedConfig, terminal: Terminal): Promise<OpenedSchema> {
  const [path = '', pointer = ''] = (flags.schema ?? '').split('#');
  if (path !== '' && existsSync(path)) return await openSchemaFile(path, pointer, flags, loaded);
  if (/[\\/#]|\.(json|ya?ml)$/i.test(flags.schema ?? ''))
    throw new UsageFailure(
      `There is no schema file ${path === '' ? flags.schema : path}`,
      'Check the path; it is relative to the working directory. A schema of a contract is given by its name, such as --schema WorkOrder.',
    );
  if (!namesContracts(flags, loaded))
    throw new UsageFailure(
      `No contract was named that could hold the schema ${flags.schema}`,
      'Add --contract <file or folder>, or write a config that names the contracts (millwright init). A schema file is given by its path.',
    );
  const entries =
    flags.contract === undefined ? contractPaths([], loaded, 'validate') : findContracts(flags.contract, process.cwd());
  const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
  return { contract, diagnostics };
}

const anchorName = '.millwright-schema.json';

async function openSchemaFile(
  path: string,
  pointer: string,
  flags: SchemaFlags,
  loaded: LoadedConfig,
): Promise<OpenedSchema> {
  if (statSync(path).isDirectory())
    throw new UsageFailure(
      `${path} is a folder, not a schema file`,
      'Name a file with --schema, or the folder with --contract and a schema of it with --schema.',
    );
  // The pointer is read as a reference from a schema of our own beside the file.
  const anchor = resolve(path, '..', anchorName);
  const target = `${encodeURI(relative(resolve(path, '..'), resolve(path)))}#${pointer}`;
  const [contract, diagnostics] = await loadContract({
    ...loadOptions(flags, loaded),
    entries: [resolve(path), anchor],
    files: new Map([[anchor, JSON.stringify({ $ref: target })]]),
  });
  const errors = errorsOf(diagnostics);
  const ofUsers = diagnostics.filter(({ location }) => location?.file.endsWith(anchorName) !== true);
  if (errors.length > 0 && errorsOf(ofUsers).length === 0) throw noSuchSchema(path, pointer, errors[0] as Diagnostic);
  const schema = contract?.schemas.find(({ schema: candidate }) => candidate.document.uri.endsWith(`/${anchorName}`))
    ?.schema.ref;
  return { contract, diagnostics: ofUsers, ...(schema === undefined ? {} : { schema }) };
}

/** The reference is ours, so the fault is told of what the user wrote. */
function noSuchSchema(path: string, pointer: string, { code, message, fix }: Diagnostic): UsageFailure {
  if (code !== 'contract/reference-dangling')
    return new UsageFailure(`--schema ${path}#${pointer} cannot be used: ${message}`, fix ?? 'Name another schema.');
  return new UsageFailure(
    `${path} holds nothing at #${pointer}`,
    pointer.startsWith('/')
      ? `Correct the pointer behind ${path}#, such as ${path}#/$defs/Order.`
      : `Write a JSON pointer, which begins with /, such as ${path}#/$defs/Order, or a name that the file gives as $anchor.`,
  );
}
