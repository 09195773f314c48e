import { byCodeUnits, NameScope, pathSegment, sortedBy, toCamelCase, toPascalCase } from '@millwright/codegen';
import type { Contract, ContractEntry, Operation } from '@millwright/contract';
import { typeNames } from './type-names.ts';

/** Names that a client module imports, declares for itself or uses as parameters. */
const ownNames: readonly string[] = [
  ...[
    'BinaryBody',
    'CallOptions',
    'Client',
    'ClientConfig',
    'ClientError',
    'ClientErrorCode',
    'ErrorStatus',
    'Exchange',
    'Failure',
    'OperationDescriptor',
  ],
  ...[
    'Paging',
    'RetryPolicy',
    'SchemeUse',
    'Status2XX',
    'Status3XX',
    'Status4XX',
    'Status5XX',
    'Success',
    'Token',
    'TokenProvider',
    'Validate',
    'Violation',
  ],
  ...[
    'callOperation',
    'client',
    'config',
    'createClient',
    'createHttpClient',
    'input',
    'iterateItems',
    'iteratePages',
    'options',
    'query',
    'servers',
  ],
];

/** An operation with the names that its module gives it. */
export interface NamedOperation {
  readonly operation: Operation;
  readonly functionName: string;
  readonly requestName: string;
  readonly resultName: string;
  readonly descriptorName: string;
}

/** One module of the output: an entry of the contract and its operations. */
export interface ClientModule {
  readonly entry: ContractEntry;
  readonly operations: readonly NamedOperation[];
  /** Names that paging functions and constants take. */
  readonly scope: NameScope;
  /** Path inside the output folder. */
  readonly path: string;
  /** What leads from the module to the root of the output. */
  readonly root: './' | '../';
  /** Prefix for names that another module has as well. */
  readonly prefix: string;
}

function nameOperations(operations: readonly Operation[], scope: NameScope): readonly NamedOperation[] {
  const ordered = sortedBy(operations, (operation) =>
    [operation.operationId ?? operation.id, operation.path, operation.method].join('\u0000'),
  );
  const functions = ordered.map(
    (operation) => [operation, scope.claim(toCamelCase(operation.operationId ?? operation.id))] as const,
  );
  return functions.map(([operation, functionName]) => ({
    operation,
    functionName,
    requestName: scope.claim(`${toPascalCase(functionName)}Request`),
    resultName: scope.claim(`${toPascalCase(functionName)}Result`),
    descriptorName: scope.claim(`${functionName}Operation`),
  }));
}

/** Modules of a client: `client.ts` for one OpenAPI entry, else one file a domain. */
export function clientModules(contract: Contract): readonly ClientModule[] {
  // A document of shared components has no module, and neither has one of which a role may use nothing.
  const used = new Set(contract.operations.map(({ entry }) => entry));
  const entries = contract.entries.filter((entry) => used.has(entry));
  const ordered = sortedBy(entries, (entry) => [entry.domain, entry.document.uri].join('\u0000'));
  const single = ordered.length === 1;
  const files = new NameScope();
  const prefixes = new NameScope();
  return ordered.map((entry) => {
    const scope = new NameScope([...ownNames, ...typeNames(contract)]);
    const operations = nameOperations(
      contract.operations.filter((operation) => operation.entry === entry),
      scope,
    );
    const file = files
      .claim(pathSegment(entry.domain).replaceAll('-', '_'))
      .replaceAll('_', '-')
      .replace(/-+$/, '-api');
    const prefix = prefixes.claim(toCamelCase(entry.domain));
    return {
      entry,
      operations,
      scope,
      prefix,
      root: single ? './' : '../',
      path: single ? 'client.ts' : `client/${file}.ts`,
    };
  });
}

/** Names that more than one module exports, in code-unit order. */
export function sharedNames(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const name of lists.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Set(
    [...counts]
      .filter(([, count]) => count > 1)
      .map(([name]) => name)
      .sort(byCodeUnits),
  );
}
