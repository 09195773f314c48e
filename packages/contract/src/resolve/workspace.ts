import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Diagnostic } from '../diagnostic.ts';
import type { SourceDocument } from '../document.ts';
import { isMetaSchema, metaSchemaText, metaSchemaUri } from '../meta-schemas/meta-schemas.ts';
import { defaultLimits, type Limits } from '../read/limits.ts';
import { locate } from '../read/locate.ts';
import { readDocument } from '../read/read-document.ts';
import { baseOf } from './references.ts';

/** What may be read besides the entries, and how. */
export interface WorkspaceOptions {
  /** Folder that file references may not leave, links followed. Default: the working directory if it holds every entry, else their common folder. */
  readonly root?: string;
  readonly limits?: Partial<Limits>;
  /** `warning` lets the last of two JSON members with one name win, for files that cannot be mended. Default `error`. */
  readonly duplicateKeys?: 'error' | 'warning';
  /** Files held in memory, by path or URI; looked at before the disk. */
  readonly files?: ReadonlyMap<string, string | Uint8Array>;
  /** Beginnings of http(s) URIs that references may point to. Nothing is allow-listed by default. */
  readonly allowRemote?: readonly string[];
  /** Fetches an allow-listed URI. This package opens no socket of its own. */
  readonly fetchRemote?: (uri: string) => Promise<string | Uint8Array>;
}

/** Every document of one contract, each read once, within the limits and inside the root. */
export class Workspace {
  readonly diagnostics: Diagnostic[] = [];
  /** Without the standard meta-schemas: they come with the reader and are no part of a contract. */
  readonly documents: SourceDocument[] = [];
  /** The standard meta-schemas that something refers to. */
  readonly metaSchemas = new Set<SourceDocument>();
  /** Allow-listed URIs that were asked for and are not fetched yet. */
  readonly missingRemotes = new Set<string>();
  readonly limits: Limits;
  readonly #options: WorkspaceOptions;
  readonly #root: string;
  readonly #byUri = new Map<string, SourceDocument | undefined>();
  readonly #virtual = new Map<string, string | Uint8Array>();

  constructor(
    entries: readonly string[],
    options: WorkspaceOptions,
    remotes: ReadonlyMap<string, string | Uint8Array>,
  ) {
    this.#options = options;
    this.limits = { ...defaultLimits, ...options.limits };
    for (const [name, content] of [...(options.files ?? []), ...remotes]) this.#virtual.set(toUri(name), content);
    this.#root = realPath(options.root === undefined ? defaultRoot(entries) : resolve(options.root));
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }

  /** Reads an entry: a path that the user named, so it may lie anywhere. */
  openEntry(path: string): SourceDocument | undefined {
    const uri = metaSchemaUri(toUri(path));
    if (this.#byUri.has(uri)) return this.#byUri.get(uri);
    const content = this.#heldText(uri);
    if (content === undefined && !isFile(uri)) {
      this.report({
        code: 'contract/file-not-found',
        severity: 'error',
        message: `There is no file ${path}`,
        fix: 'Check the path; it is relative to the working directory.',
        location: { file: path, line: 1, column: 1, pointer: '' },
      });
      this.#byUri.set(uri, undefined);
      return undefined;
    }
    return this.#read(uri, content);
  }

  /** Reads what a reference points to, if the rules allow it; reports and returns undefined otherwise. */
  openReference(reference: string, from: SourceDocument, pointer: string): SourceDocument | undefined {
    const uri = metaSchemaUri(reference);
    if (this.#byUri.has(uri)) return this.#byUri.get(uri);
    const content = this.#heldText(uri);
    if (content !== undefined) return this.#read(uri, content);
    const refusal = this.#refusal(uri);
    if (refusal !== undefined) {
      this.report({ severity: 'error', location: locate(from, pointer, 'value'), ...refusal });
      this.#byUri.set(uri, undefined);
      return undefined;
    }
    if (!uri.startsWith('file:')) {
      this.missingRemotes.add(uri);
      return undefined;
    }
    return this.#read(uri, undefined);
  }

  /** True when the URI was opened or could be without asking: used to choose between `$id` and location as the base. */
  has(uri: string): boolean {
    return this.#byUri.get(uri) !== undefined || this.#virtual.has(uri) || isMetaSchema(uri);
  }

  /** What is in memory for a URI. A standard meta-schema is what the standard says, whoever else gives a text for it. */
  #heldText(uri: string): string | Uint8Array | undefined {
    return metaSchemaText(uri) ?? this.#virtual.get(uri);
  }

  #refusal(uri: string): Omit<Diagnostic, 'severity' | 'location'> | undefined {
    if (/^https?:/.test(uri)) {
      const allowed =
        this.#options.allowRemote?.some((prefix) => uri.startsWith(prefix)) === true &&
        this.#options.fetchRemote !== undefined;
      if (allowed) return undefined;
      return {
        code: 'contract/remote-reference-refused',
        message: `Reference to ${uri} is not allow-listed`,
        why: 'A contract that reads the network means something else tomorrow, and lets its author reach hosts from your machine.',
        fix: 'Copy the file beside the contract, or allow-list the beginning of the URI (allowRemote, --allow-remote).',
      };
    }
    if (!uri.startsWith('file:')) {
      return {
        code: 'contract/reference-scheme-refused',
        message: `Reference scheme ${uri.slice(0, uri.indexOf(':') + 1)} is not supported`,
        fix: 'Refer to a file by a relative path.',
      };
    }
    const path = filePath(uri);
    const real = path === undefined ? undefined : realPathOrUndefined(path);
    const inside = (candidate: string): boolean =>
      candidate === this.#root || candidate.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep);
    if (path === undefined || (real === undefined ? !inside(resolve(path)) : !inside(real))) {
      return {
        code: 'contract/reference-outside-root',
        message: 'Reference leaves the root folder of the contract',
        why: 'A contract from elsewhere could otherwise read any file of this machine.',
        fix: 'Move the file inside, or name a wider root (root, --root).',
      };
    }
    if (real === undefined || !isFile(uri))
      return {
        code: 'contract/reference-not-found',
        message: `There is no file ${display(path)}`,
        fix: 'Check the path; it is relative to the file that holds the reference.',
      };
    return undefined;
  }

  #read(uri: string, content: string | Uint8Array | undefined): SourceDocument | undefined {
    const path = filePath(uri);
    const file = path === undefined ? uri : display(path);
    this.#byUri.set(uri, undefined);
    const isGiven = !isMetaSchema(uri);
    if (isGiven && this.documents.length >= this.limits.documentsMax) {
      this.report({
        code: 'contract/too-many-documents',
        severity: 'error',
        message: `More than ${this.limits.documentsMax} files`,
        fix: 'Raise limits.documentsMax in the config.',
        location: { file, line: 1, column: 1, pointer: '' },
      });
      return undefined;
    }
    const bytes = content ?? this.#bytesOf(path as string, file);
    if (bytes === undefined) return undefined;
    const [document, diagnostics] = readDocument({ file, uri, bytes }, this.limits, this.#options.duplicateKeys);
    this.diagnostics.push(...diagnostics);
    this.#byUri.set(uri, document);
    if (document === undefined) return undefined;
    if (isGiven) this.documents.push(document);
    else this.metaSchemas.add(document);
    // Others may refer to a document by the name that it gives itself.
    const base = baseOf(document);
    if (!this.#byUri.has(base)) this.#byUri.set(base, document);
    return document;
  }

  #bytesOf(path: string, file: string): Uint8Array | undefined {
    const { size } = statSync(path);
    if (size > this.limits.bytesMax) {
      this.report({
        code: 'contract/too-large',
        severity: 'error',
        message: `The file has ${size} bytes, more than ${this.limits.bytesMax}`,
        fix: 'Split it, or raise limits.bytesMax in the config.',
        location: { file, line: 1, column: 1, pointer: '' },
      });
      return undefined;
    }
    return readFileSync(path);
  }
}

function defaultRoot(entries: readonly string[]): string {
  const folders = entries.filter((entry) => !/^[a-z][a-z0-9+.-]+:/i.test(entry)).map((entry) => resolve(entry, '..'));
  const cwd = process.cwd();
  if (folders.every((folder) => folder === cwd || folder.startsWith(cwd + sep)) && cwd !== sep) return cwd;
  const [first = cwd, ...rest] = folders;
  let common = first.split(sep);
  for (const folder of rest) {
    const parts = folder.split(sep);
    const end = common.findIndex((part, index) => part !== parts[index]);
    if (end !== -1) common = common.slice(0, end);
  }
  return common.join(sep) || sep;
}

/** Absolute URI of a path or URI, without fragment. */
function toUri(name: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(name) ? name.replace(/#.*$/s, '') : pathToFileURL(name).href;
}

function filePath(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

function isFile(uri: string): boolean {
  const path = filePath(uri);
  if (path === undefined) return false;
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function realPath(path: string): string {
  return realPathOrUndefined(path) ?? path;
}

function realPathOrUndefined(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function display(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || isAbsolute(short) || short.startsWith(`..${sep}..${sep}..`)
    ? path
    : short.split(sep).join('/');
}
