import { readdirSync, readFileSync } from 'node:fs';
import { type Contract, isJsonObject, type JsonObject, type JsonValue, loadContract } from '@millwright/contract';
import { parse } from 'yaml';

/** Two documents that are `common` with what each has besides; or, where the file says `files`, several documents. */
export interface FactsCase {
  readonly name: string;
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** `same`: the version of the document stays; otherwise it rises, as it should. */
  readonly version?: 'same';
  /** `severity code proof`, in any order. */
  readonly want: readonly string[];
}

interface CaseFile {
  readonly common?: JsonObject;
  readonly files?: boolean;
  readonly cases: readonly FactsCase[];
}

const folder = new URL('./cases/', import.meta.url);

/** Objects are merged member by member, anything else is replaced; null takes a member away. */
export function merge(base: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(Object.entries(isJsonObject(base) ? base : {}));
  for (const [name, value] of Object.entries(patch) as [string, JsonValue][])
    if (value === null) merged.delete(name);
    else merged.set(name, merge(merged.get(name) as JsonValue | undefined, value));
  return Object.fromEntries(merged) as JsonObject;
}

export type Files = Readonly<Record<string, JsonValue>>;

export interface FactsPair {
  readonly file: string;
  readonly given: FactsCase;
  readonly before: Files;
  readonly after: Files;
}

export function factsPairs(): readonly FactsPair[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const { common = {}, files = false, cases } = parse(readFileSync(new URL(file, folder), 'utf8')) as CaseFile;
      return cases.map((given): FactsPair => {
        if (files) return { file, given, before: given.before, after: given.after };
        const isRaised = given.version !== 'same' && common['info'] !== undefined;
        const raised = isRaised ? merge(common, { info: { version: '2.0.0' } }) : common;
        return {
          file,
          given,
          before: { 'contract.json': merge(common, given.before) },
          after: { 'contract.json': merge(raised, given.after) },
        };
      });
    });
}

export async function contractOf(files: Files): Promise<Contract> {
  const [contract, diagnostics] = await loadContract({
    entries: Object.keys(files),
    files: new Map(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)])),
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (contract === undefined || errors.length > 0)
    throw new Error(errors.map(({ message, location }) => `${location?.pointer ?? ''}: ${message}`).join('\n'));
  return contract;
}
