import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type MediaType,
  type Operation,
  type Response,
  type Schema,
} from '@millwright/contract';
import type { PayloadChecker } from '../validate/payload-checker.ts';
import { alongReferences } from './along-references.ts';
import { Problem } from './problem.ts';
import { chanceOf } from './random.ts';
import { type Asked, bodySchemaOf } from './request.ts';
import { etagOf, type Resources } from './resources.ts';
import type { Match, Routes } from './routes.ts';
import { sampleOf } from './sample.ts';
import { checkStates } from './states.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

/** What the mock knows of its contract and of what was done to it. */
export interface World {
  readonly routes: Routes;
  readonly checker: PayloadChecker;
  readonly resources: Resources;
  readonly seed: string;
}

/** Does what the method means for what the path names, and answers as the contract says. */
export function answer(world: World, match: Match, asked: Asked, body: JsonValue | undefined): Answer {
  const { operation, path } = match;
  switch (operation.method) {
    case 'get':
    case 'head':
      return read(world, match, asked);
    case 'post':
      return create(world, match, body);
    case 'put':
      return replace(world, match, asked, body);
    case 'patch':
      return replace(world, match, asked, patched(world.resources.get(path), body));
    case 'delete':
      return remove(world, match, asked);
    default:
      return reply(world, match, undefined);
  }
}

function read(world: World, match: Match, { url }: Asked): Answer {
  const { resources, routes } = world;
  const { path, operation } = match;
  const known = resources.get(path);
  if (known !== undefined) return reply(world, match, known);
  if (routes.keysBelow(operation.path) !== undefined && resources.isFilled(path))
    return reply(world, match, page(world, match, url));
  if (!resources.mayInvent(match)) throw new Problem(404, `There is nothing at ${path}`);
  const { body } = reply(world, match, undefined);
  const value = isJsonObject(body) ? { ...body, ...namedBy(match, body) } : body;
  const fits = value !== undefined && isValid(world, responseOf(operation), value);
  if (value !== undefined && fits && match.collection !== undefined) resources.invent(match, value);
  return reply(world, match, fits ? value : body);
}

/** Members of an object that the placeholders of its path name. */
function namedBy({ values }: Match, object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, JsonValue][] =>
      typeof object[name] === 'number' ? [[name, Number(value)]] : Object.hasOwn(object, name) ? [[name, value]] : [],
    ),
  );
}

/** A page of a collection, in the shape of the answer: the list itself, or an object with a list. */
function page(world: World, { path, operation }: Match, url: URL): JsonValue {
  const all = world.resources.list(path);
  const limit = Math.max(1, Number(url.searchParams.get('limit') ?? all.length) || all.length);
  const start = Number(/^offset-(\d+)$/.exec(url.searchParams.get('cursor') ?? '')?.[1] ?? 0);
  const items = all.slice(start, start + limit);
  const schema = jsonMedia(responseOf(operation))?.schema;
  const list = schema === undefined ? undefined : listMember(schema);
  if (list === undefined) return [...items];
  const cursorName = membersOf(schema).find(([name]) => /cursor/i.test(name))?.[0];
  const more =
    start + limit < all.length && cursorName !== undefined ? { [cursorName]: `offset-${start + limit}` } : {};
  return { [list]: [...items], ...more };
}

function membersOf(schema: Schema | undefined): readonly (readonly [name: string, schema: Schema])[] {
  return [...(alongReferences(schema, ({ properties }) => properties) ?? [])];
}

function listMember(schema: Schema): string | undefined {
  return membersOf(schema).find(([, { type }]) => type?.includes('array'))?.[0];
}

function create(world: World, match: Match, body: JsonValue | undefined): Answer {
  const { routes, resources } = world;
  const { operation, path } = match;
  const keys = routes.keysBelow(operation.path);
  if (keys === undefined || !isJsonObject(body)) return act(world, match, body);
  const value = { ...body };
  const parts = keys.map((key) => {
    const name = Object.keys(body).find((member) => member.toLowerCase() === key.toLowerCase());
    if (name !== undefined) return body[name];
    const id = chanceOf(`${world.seed}${path}${resources.list(path).length + 1}`).between(1_000_000, 9_999_999);
    Object.assign(value, idMember(world, operation, key, id));
    return id;
  });
  const at = [path.replace(/\/$/, ''), ...parts.map((part) => encodeURIComponent(String(part)))].join('/');
  if (resources.get(at) !== undefined) throw new Problem(409, `${at} is there already`);
  const { headers, ...answered } = reply(world, match, value);
  // What a reader of the contract relies on is kept as well, so that the next answer is the same.
  const { body: told } = answered;
  const isWhole = isJsonObject(told) && Object.keys(value).every((member) => Object.hasOwn(told, member));
  resources.put({ path: at, collection: path }, isWhole ? told : value);
  return { ...answered, headers: { ...headers, Location: at } };
}

/** Something is done to the thing above, which is answered as it is where the answer is one of its kind. */
function act(world: World, match: Match, body: JsonValue | undefined): Answer {
  const above = world.resources.get(match.path.slice(0, match.path.lastIndexOf('/')));
  const isAnswer = above !== undefined && isValid(world, responseOf(match.operation), above);
  return reply(world, match, isAnswer ? above : body);
}

/** The member that carries the identifier, where answers have one. */
function idMember({ checker }: World, operation: Operation, key: string, id: JsonValue): JsonObject {
  const schema = jsonMedia(responseOf(operation))?.schema;
  const name = membersOf(schema).find(([member]) => member.toLowerCase() === key.toLowerCase())?.[0];
  if (schema === undefined || name === undefined) return {};
  const isNumber = checker.check(schema, { [name]: id }).every(({ pointer }) => pointer !== `/${name}`);
  return { [name]: isNumber ? id : String(id) };
}

function replace(world: World, match: Match, asked: Asked, body: JsonValue | undefined): Answer {
  const { resources } = world;
  const before = resources.get(match.path);
  checkMatch(asked, before);
  if (body === undefined) return reply(world, match, before);
  checkStates(bodySchemaOf(match.operation) ?? jsonMedia(responseOf(match.operation))?.schema, before, body);
  resources.put(match, body);
  const created = before === undefined && match.operation.responses.some(({ status }) => status === '201');
  return reply(world, match, body, created ? 201 : undefined);
}

function remove(world: World, match: Match, asked: Asked): Answer {
  const before = world.resources.get(match.path);
  checkMatch(asked, before);
  if (!world.resources.delete(match.path) && !world.resources.mayInvent(match))
    throw new Problem(404, `There is nothing at ${match.path}`);
  return reply(world, match, undefined);
}

function checkMatch({ headers }: Asked, before: JsonValue | undefined): void {
  const wanted = headers['if-match'];
  if (wanted === undefined) return;
  const has = before === undefined ? 'nothing' : etagOf(before);
  const fits = wanted.trim() === '*' ? before !== undefined : wanted.split(',').some((tag) => tag.trim() === has);
  if (!fits) throw new Problem(412, `It has changed since: If-Match says ${wanted}, it is ${has}`);
}

/** JSON Merge Patch (RFC 7396). */
function patched(before: JsonValue | undefined, patch: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, JsonValue> = isJsonObject(before) ? { ...before } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = patched(result[name], value) as JsonValue;
  }
  return result;
}

/** The response of success: the one that is asked for, else the lowest one that is declared. */
function responseOf({ responses }: Operation, wanted?: number): Response | undefined {
  const asked = responses.find(({ status }) => status === String(wanted));
  const good = responses
    .filter(({ status }) => /^2/.test(status))
    .sort((one, two) => (one.status < two.status ? -1 : 1));
  return asked ?? good[0] ?? responses.find(({ status }) => status === 'default');
}

const jsonMedia = (response: Response | undefined): MediaType | undefined =>
  response?.content.find(({ mediaType }) => /[/+]json/.test(mediaType));

function isValid({ checker }: World, response: Response | undefined, value: JsonValue): boolean {
  const schema = jsonMedia(response)?.schema;
  return schema === undefined || checker.check(schema, value).length === 0;
}

/** Answers with the value where the contract lets it be answered, else with one that is made up, the same one each time. */
function reply(world: World, match: Match, value: JsonValue | undefined, wanted?: number): Answer {
  const response = responseOf(match.operation, wanted);
  const status = Number(response?.status.replace(/X/gi, '0')) || 200;
  const media = jsonMedia(response);
  if (media === undefined || status === 204) return { status, headers: {} };
  const isKept = value !== undefined && isValid(world, response, value);
  const body = isKept ? value : filledUp(world, match, { response, media, value });
  if (body === undefined)
    throw new Problem(
      501,
      `No value could be made for the answer of ${match.operation.id}; give its schema an example`,
    );
  return { status, headers: { 'Content-Type': media.mediaType, ETag: etagOf(body) }, body };
}

interface Incomplete {
  readonly response: Response | undefined;
  readonly media: MediaType;
  readonly value: JsonValue | undefined;
}

/** What was made up, with the members that are known where they fit there. */
function filledUp(world: World, match: Match, { response, media, value }: Incomplete): JsonValue | undefined {
  const base = made(world, match, media);
  if (!isJsonObject(base) || !isJsonObject(value)) return base;
  const whole = { ...base, ...value };
  return isValid(world, response, whole) ? whole : base;
}

function made({ checker, seed }: World, { path, operation }: Match, media: MediaType): JsonValue | undefined {
  const chance = chanceOf(`${seed} ${operation.method} ${path}`);
  const examples = media.examples.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const { schema } = media;
  const valid = schema === undefined ? examples : examples.filter((value) => checker.check(schema, value).length === 0);
  if (valid.length > 0) return chance.pick(valid);
  return schema === undefined ? {} : sampleOf(schema, chance, checker);
}
