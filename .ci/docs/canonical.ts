import { fileURLToPath } from 'node:url';
import { findContracts } from '../../cli/src/input/find-contracts.ts';
import {
  type Contract,
  governanceOf,
  loadContract,
  type Role,
  roles,
  type Schema,
} from '../../packages/contract/src/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The canonical contracts of schemas/. */
export async function canonicalContract(): Promise<Contract> {
  const [contract, diagnostics] = await loadContract({ entries: findContracts(['schemas'], root) });
  if (contract === undefined)
    throw new Error(
      `schemas/ cannot be read: ${diagnostics.map(({ code, message }) => `${code} ${message}`).join('; ')}`,
    );
  return contract;
}

/** A schema file with the name of its type. */
export interface NamedFile {
  readonly name: string;
  readonly schema: Schema;
}

/** Root schemas of a folder of schemas/, by name. */
export function filesOf(contract: Contract, folder: 'objects' | 'vocabularies'): readonly NamedFile[] {
  return contract.schemas
    .filter(({ role, schema }) => role === 'document' && schema.document.uri.includes(`/schemas/${folder}/`))
    .map(({ name, schema }) => ({ name, schema }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

export function textExtension(schema: Schema, name: string): string {
  const value = schema.extensions?.get(name);
  return typeof value === 'string' ? value : '';
}

/** Path of the source in the repository, seen from docs/reference. */
export function sourceLink({ document }: { readonly document: { readonly uri: string } }): string {
  const path = document.uri.slice(document.uri.lastIndexOf('/schemas/') + 1);
  return `[${path}](../../${path})`;
}

/** Roles by right, in the order of the register. */
export function rolesWith(schema: Schema, right: 'create' | 'update' | 'consume'): readonly Role[] {
  const given = governanceOf(schema)[right] ?? [];
  return roles.filter((role) => given.includes(role));
}

const classNames = { rt: 'real time', nrt: 'near real time', batch: 'batch' } as const;

/** `real time, at most PT5S`. */
export function latencyText(
  latency: { readonly class: keyof typeof classNames; readonly maxDelay?: string } | undefined,
): string {
  if (latency === undefined) return '';
  return `${classNames[latency.class]}${latency.maxDelay === undefined ? '' : `, at most ${latency.maxDelay}`}`;
}
