import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { UsageFailure } from '../failure.ts';
import { isContractHead } from './find-contracts.ts';
import type { RevisionSource } from './revision-source.ts';

interface GitRequest {
  /** As the user wrote it. */
  readonly text: string;
  readonly revision: string;
  /** From the top of the repository, or from the working directory when it begins with `./` or `../`. */
  readonly path?: string;
  /** Paths of the working tree that are meant when none is named. */
  readonly paths: readonly string[];
  readonly bytesMax: number;
}

interface Blob {
  readonly id: string;
  readonly bytes: number;
}

const isDataFile = (path: string): boolean => /\.(json|ya?ml)$/i.test(path);
/** The same folders that are passed over on the disk. */
const skipped = /(^|\/)(node_modules|dist|examples|released|\.[^/]*)\//;

/**
 * The contracts of a git revision, with the files that they refer to. Objects are read by git itself, without a shell, and stay
 * in memory: nothing is checked out.
 */
export function openGitRevision(request: GitRequest): RevisionSource {
  const { text, revision, bytesMax } = request;
  const top = topOf(request.paths[0] ?? process.cwd());
  const commit = commitOf(revision, top);
  const tree = treeOf(commit, top);
  const blobs = new Blobs(tree, top, bytesMax);
  const entries = wantedPaths(request, top).flatMap((path) => entriesAt(path, { tree, blobs, text }));
  if (entries.length === 0)
    throw new UsageFailure(
      `No contract in ${text}`,
      'Name a file, or a folder with OpenAPI, AsyncAPI, Arazzo or JSON Schema files (git:REV:path).',
    );
  blobs.follow(entries);
  // A folder that cannot exist on the disk: a reference that the revision does not hold must not find the working tree.
  const root = join(top, '.git', 'millwright', commit);
  const onDisk = (path: string): string => join(root, ...path.split('/'));
  return {
    name: text,
    entries: entries.map(onDisk),
    files: new Map([...blobs.contents].map(([path, content]) => [onDisk(path), content])),
    root,
    shown: (file) => {
      const inside = relative(root, resolve(file)).split(sep).join('/');
      return inside.startsWith('../') ? file : `git:${revision}:${inside}`;
    },
    worded: (message) =>
      [root, relative(process.cwd(), root)]
        .map((folder) => `${folder.split(sep).join('/')}/`)
        .reduce((words, folder) => words.replaceAll(folder, `git:${revision}:`), message),
    diagnostics: [],
  };
}

function git(args: readonly string[], folder: string, input = ''): { readonly ok: boolean; readonly out: Buffer } {
  const { error, status, stdout } = spawnSync('git', args, {
    cwd: folder,
    input,
    maxBuffer: 2 ** 30,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1' },
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new UsageFailure('git cannot be run', 'Install git, or compare files and folders.');
  if (error !== undefined) throw error;
  return { ok: status === 0, out: stdout };
}

function nearestFolder(path: string): string {
  for (let at = resolve(path); ; at = dirname(at))
    if (existsSync(at) && statSync(at).isDirectory()) return realpathSync(at);
}

/** A path with its links followed, as far as it exists. */
function realOf(path: string): string {
  return existsSync(path) || dirname(path) === path ? realpathSync(path) : join(realOf(dirname(path)), basename(path));
}

function topOf(path: string): string {
  const folder = nearestFolder(path);
  const { ok, out } = git(['rev-parse', '--show-toplevel'], folder);
  if (!ok)
    throw new UsageFailure(
      `${folder} lies in no git repository`,
      'Run the command inside the repository of the contract.',
    );
  return realpathSync(out.toString('utf8').replace(/\r?\n$/, ''));
}

function commitOf(revision: string, top: string): string {
  const { ok, out } = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], top);
  if (ok && revision !== '') return out.toString('utf8').trim();
  const known = git(['for-each-ref', '--count=12', '--sort=-creatordate', '--format=%(refname:short)'], top)
    .out.toString('utf8')
    .split('\n')
    .filter((name) => name !== '');
  throw new UsageFailure(
    `There is no git revision ${JSON.stringify(revision)}`,
    known.length === 0
      ? 'The repository has no branch and no tag yet; a commit can be named by its hash.'
      : `Known are ${known.join(', ')}, HEAD and every commit by its hash. A shallow clone lacks the others: git fetch.`,
  );
}

/** Plain files of a commit; links and submodules are none. */
function treeOf(commit: string, top: string): ReadonlyMap<string, Blob> {
  const tree = new Map<string, Blob>();
  const { out } = git(['ls-tree', '-r', '-z', '-l', '--full-tree', commit], top);
  for (const line of out.toString('utf8').split('\0')) {
    const [, id, bytes, path] = /^100\d{3} blob (\w+) +(\d+)\t(.*)$/s.exec(line) ?? [];
    if (id !== undefined && path !== undefined) tree.set(path, { id, bytes: Number(bytes) });
  }
  return tree;
}

/** Paths from the top of the repository; the empty path is the top itself. */
function wantedPaths({ path, paths }: GitRequest, top: string): readonly string[] {
  if (path !== undefined && !/^\.{1,2}(\/|$)/.test(path)) return [posix.normalize(`/${path}`).replace(/^\/|\/$/g, '')];
  return (path === undefined ? paths : [resolve(path)]).map((wanted) => {
    const inside = relative(top, realOf(wanted)).split(sep).join('/');
    if (inside === '..' || inside.startsWith('../'))
      throw new UsageFailure(`${wanted} lies outside the repository ${top}`, 'Name the path as git:REV:path.');
    return inside;
  });
}

function entriesAt(
  path: string,
  { tree, blobs, text }: { readonly tree: ReadonlyMap<string, Blob>; readonly blobs: Blobs; readonly text: string },
): readonly string[] {
  if (tree.has(path)) {
    blobs.read([path]);
    return [path];
  }
  const prefix = path === '' ? '' : `${path}/`;
  const below = [...tree.keys()].filter((name) => name.startsWith(prefix));
  if (below.length === 0) throw absent(path, tree, text);
  const candidates = below
    .filter((name) => isDataFile(name) && !skipped.test(name.slice(prefix.length)))
    .sort((left, right) => (left < right ? -1 : 1));
  blobs.read(candidates);
  return candidates.filter((name) => isContractHead(blobs.headOf(name)));
}

function absent(path: string, tree: ReadonlyMap<string, Blob>, text: string): UsageFailure {
  const near = [...tree.keys()].filter((name) => isDataFile(name) && !skipped.test(name));
  const sameName = near.filter((name) => basename(name) === basename(path));
  const shown = (sameName.length > 0 ? sameName : near).slice(0, 8);
  return new UsageFailure(
    `${text} has no ${path}`,
    shown.length === 0 ? 'That revision holds no contract.' : `It holds ${shown.join(', ')}.`,
  );
}

/** Contents of files of a commit, read in one process of git at a time. */
class Blobs {
  readonly contents = new Map<string, Uint8Array>();
  readonly #tree: ReadonlyMap<string, Blob>;
  readonly #top: string;
  readonly #bytesMax: number;

  constructor(tree: ReadonlyMap<string, Blob>, top: string, bytesMax: number) {
    this.#tree = tree;
    this.#top = top;
    this.#bytesMax = bytesMax;
  }

  headOf(path: string): string {
    return new TextDecoder().decode(this.contents.get(path)?.subarray(0, 4096));
  }

  read(paths: readonly string[]): void {
    const wanted = paths.filter((path) => !this.contents.has(path));
    const large = wanted.find((path) => (this.#tree.get(path)?.bytes ?? 0) > this.#bytesMax);
    if (large !== undefined)
      throw new UsageFailure(
        `${large} has more than ${this.#bytesMax} bytes`,
        'Split it, or raise limits.bytesMax in the config.',
      );
    if (wanted.length === 0) return;
    const ids = wanted.map((path) => this.#tree.get(path)?.id ?? '');
    const { out } = git(['cat-file', '--batch'], this.#top, `${ids.join('\n')}\n`);
    let at = 0;
    for (const path of wanted) {
      const end = out.indexOf(10, at);
      const bytes = Number(out.toString('utf8', at, end).split(' ')[2] ?? 0);
      this.contents.set(path, out.subarray(end + 1, end + 1 + bytes));
      at = end + 1 + bytes + 1;
    }
  }

  /** Reads what the files name as well: whatever looks like a path to a file of the commit. */
  follow(entries: readonly string[]): void {
    const seen = new Set(entries);
    for (let open: readonly string[] = entries; open.length > 0; ) {
      this.read(open);
      const named = open.flatMap((path) => this.#namedIn(path));
      open = [...new Set(named)].filter((path) => !seen.has(path));
      for (const path of open) seen.add(path);
    }
    for (const path of this.contents.keys()) if (!seen.has(path)) this.contents.delete(path);
  }

  #namedIn(path: string): readonly string[] {
    const text = new TextDecoder().decode(this.contents.get(path));
    const found = new Set<string>();
    for (const [, named = ''] of text.matchAll(
      /(?:^|[\s"':,[{(])([^\s"'#,:[\]{}()<>]+\.(?:json|ya?ml))(?=$|[\s"'#,\]}])/gim,
    ))
      found.add(named);
    for (const [, named = ''] of text.matchAll(/\$ref["']?\s*:\s*["']?([^\s"'#,}]+)/g)) found.add(named);
    return [...found].flatMap((named) => {
      const target = posix.normalize(posix.join(posix.dirname(path), decoded(named)));
      return this.#tree.has(target) ? [target] : [];
    });
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
