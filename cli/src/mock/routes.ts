import type { Contract, Operation } from '@millwright/contract';

/** An operation that a path leads to, with the values of its placeholders. */
export interface Match {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, string>>;
  readonly path: string;
  /** Path of what the thing is one of, where the path ends in placeholders; what it is called there may have several parts. */
  readonly collection?: string;
}

interface Route {
  readonly operation: Operation;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Placeholders of the template: fewer is nearer. */
  readonly open: number;
}

/** Finds operations by method and path; a literal path is nearer than one with placeholders. */
export class Routes {
  readonly #routes: readonly Route[];
  readonly #prefixes: readonly string[];
  /** Templates that end in a placeholder: what they name can be kept. */
  readonly #items: readonly string[];

  constructor({ operations }: Contract) {
    this.#routes = operations
      .filter(({ surface }) => surface === 'path')
      .map(routeOf)
      .sort((left, right) => left.open - right.open);
    const servers = operations.flatMap((operation) => operation.servers.map(({ url }) => prefixOf(url)));
    this.#prefixes = [...new Set(servers)]
      .filter((prefix) => prefix !== '')
      .sort((one, two) => two.length - one.length);
    this.#items = [...new Set(operations.map(({ path }) => path))].filter((path) => trailing.test(path));
  }

  /** The path with or without the prefix of a server; undefined values mean that nothing of the contract is there. */
  find(method: string, path: string): Match | { readonly allowed: readonly string[] } {
    const allowed = new Set<string>();
    for (const inner of [path, ...this.#stripped(path)])
      for (const { operation, pattern, names } of this.#routes) {
        const found = pattern.exec(inner);
        if (found === null) continue;
        allowed.add(operation.method.toUpperCase());
        if (operation.method.toLowerCase() !== method.toLowerCase()) continue;
        const values = Object.fromEntries(names.map((name, index) => [name, decode(found[index + 1] ?? '')]));
        return { operation, values, path: inner, ...collectionOf(operation.path, inner) };
      }
    return { allowed: [...allowed] };
  }

  /** Names of the placeholders by which things of a collection are told apart; undefined when nothing lies below it. */
  keysBelow(template: string): readonly string[] | undefined {
    const item = this.#items.find((candidate) => templateOf(candidate) === template);
    return item
      ?.slice(template.length + 1)
      .split('/')
      .map((part) => part.slice(1, -1));
  }

  #stripped(path: string): readonly string[] {
    return this.#prefixes.flatMap((prefix) => (path.startsWith(`${prefix}/`) ? [path.slice(prefix.length)] : []));
  }
}

const trailing = /(\/\{[^{}/]+\})+$/;

/** The template without the placeholders that it ends in. */
const templateOf = (template: string): string => template.replace(trailing, '');

function collectionOf(template: string, path: string): Pick<Match, 'collection'> {
  const placeholders = trailing.exec(template)?.[0].split('/').length ?? 0;
  if (placeholders === 0) return {};
  return {
    collection: path
      .replace(/\/$/, '')
      .split('/')
      .slice(0, 1 - placeholders)
      .join('/'),
  };
}

function routeOf(operation: Operation): Route {
  const names: string[] = [];
  const source = operation.path
    .split(/(\{[^{}]*\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part.slice(1, -1));
      return '([^/]+)';
    })
    .join('');
  return { operation, names, pattern: new RegExp(`^${source}/?$`), open: names.length };
}

function prefixOf(url: string): string {
  return url
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
    .replace(/\{[^{}]*\}/g, '')
    .replace(/\/+$/, '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
