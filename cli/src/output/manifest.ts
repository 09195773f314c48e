import { createHash } from 'node:crypto';
import type { Contract, JsonObject, JsonValue } from '@millwright/contract';
import { version } from '../version.ts';

/** File in the output folder that tells what was generated from what. */
export const manifestName = 'millwright.manifest.json';

/** `sha256` per file, so that a change, a loss or a leftover shows. */
export interface Manifest {
  readonly format: 'millwright.manifest/1';
  readonly generator: string;
  readonly contract: string;
  readonly options: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** Lower-case hexadecimal SHA-256. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Manifest of generated files. */
export function manifestOf(
  contract: Contract,
  options: Readonly<Record<string, string>>,
  files: ReadonlyMap<string, string>,
): Manifest {
  const names = [...files.keys()].sort();
  return {
    format: 'millwright.manifest/1',
    generator: `millwright@${version}`,
    contract: contractHash(contract),
    options,
    files: Object.fromEntries(names.map((name) => [name, sha256(files.get(name) as string)])),
  };
}

/** Text of a manifest as it is written. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Hash of what the contract says, in canonical JSON: blanks, comments, YAML or JSON and key order do not count. */
function contractHash(contract: Contract): string {
  const parts = contract.documents
    .map(({ uri, value }) => `${uri.slice(uri.lastIndexOf('/') + 1)}\n${canonicalJson(value)}`)
    .sort();
  return sha256(parts.join('\n'));
}

/** One text for equal values, whatever the order of their members. */
function canonicalJson(value: JsonValue): string {
  return JSON.stringify(inOrder(value));
}

function inOrder(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => inOrder(item as JsonValue));
  const result = Object.create(null) as Record<string, JsonValue>;
  for (const name of Object.keys(value).sort()) result[name] = inOrder((value as JsonObject)[name] as JsonValue);
  return result;
}
