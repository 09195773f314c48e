import type { Header, MediaType, Operation, Parameter, RequestBody, Response, Schema } from '@millwright/contract';
import type { Change, Usage } from '../change.ts';
import { compareGovernance } from './governance.ts';
import { pairBy, pairRest } from './pairs.ts';

/** Where facts and the schemas that travel are put. */
export interface Facts {
  readonly changes: Change[];
  readonly usages: Usage[];
}

/** `GET /items/{itemNumber}` as a reader knows it. */
export const nameOf = ({ method, path }: Operation): string => `${method.toUpperCase()} ${path}`;

/** The same path, whatever its parameters are called. */
const placeOf = (operation: Operation): string =>
  `${operation.surface} ${nameOf(operation).replace(/\{[^{}]*\}/g, '{}')}`;

export function compareOperations(base: readonly Operation[], revision: readonly Operation[], facts: Facts): void {
  const pairs = pairRest(pairBy(base, revision, placeOf), ({ operationId }) => operationId);
  for (const operation of pairs.removed)
    facts.changes.push({ kind: removal(operation), direction: 'none', operation: nameOf(operation), base: operation });
  for (const operation of pairs.added)
    facts.changes.push({
      kind: 'operation-added',
      direction: 'none',
      operation: nameOf(operation),
      revision: operation,
    });
  for (const [before, after] of pairs.both) compareOperation(before, after, facts);
}

/** What was announced by a sunset date that has passed may go. */
function removal({ deprecated, governance }: Operation): string {
  const { lifecycle } = governance;
  const isOver = lifecycle?.sunset !== undefined && lifecycle.sunset <= new Date().toISOString().slice(0, 10);
  return (deprecated || lifecycle?.status === 'deprecated') && isOver
    ? 'operation-removed-after-sunset'
    : 'operation-removed';
}

function compareOperation(base: Operation, revision: Operation, facts: Facts): void {
  const operation = nameOf(revision);
  const about = { operation, direction: 'none', base, revision } as const;
  if (placeOf(base) !== placeOf(revision))
    facts.changes.push({ ...about, kind: 'operation-moved', before: nameOf(base), after: nameOf(revision) });
  else if (base.path !== revision.path)
    facts.changes.push({ ...about, kind: 'path-parameter-renamed', before: base.path, after: revision.path });
  if (base.operationId !== revision.operationId && base.operationId !== undefined)
    facts.changes.push({
      ...about,
      kind: 'operation-id-changed',
      before: base.operationId,
      after: revision.operationId ?? null,
    });
  if (!base.deprecated && revision.deprecated) facts.changes.push({ ...about, kind: 'operation-deprecated' });
  compareParameters(base, revision, operation, facts);
  compareBodies(base, revision, operation, facts);
  compareResponses(base, revision, operation, facts);
  compareSecurity(base, revision, operation, facts);
  compareGovernance(base, revision, { operation }, facts);
  compareOperations(base.callbacks, revision.callbacks, facts);
}

const isPath = (parameter: Parameter): boolean => parameter.in === 'path';

function compareParameters(base: Operation, revision: Operation, operation: string, facts: Facts): void {
  const placeIn =
    (path: string) =>
    (parameter: Parameter): string =>
      isPath(parameter)
        ? `path ${[...path.matchAll(/\{([^{}]*)\}/g)].findIndex(([, name]) => name === parameter.name)}`
        : `${parameter.in} ${parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name}`;
  const keys = new Map<Parameter, string>([
    ...base.parameters.map((parameter) => [parameter, placeIn(base.path)(parameter)] as const),
    ...revision.parameters.map((parameter) => [parameter, placeIn(revision.path)(parameter)] as const),
  ]);
  const pairs = pairBy(base.parameters, revision.parameters, (parameter) => keys.get(parameter) as string);
  const about = { operation, direction: 'request' } as const;
  for (const parameter of pairs.removed)
    facts.changes.push({ ...about, kind: 'parameter-removed', name: parameter.name, base: parameter });
  for (const parameter of pairs.added)
    facts.changes.push({
      ...about,
      kind: parameter.required ? 'required-parameter-added' : 'optional-parameter-added',
      name: parameter.name,
      revision: parameter,
    });
  for (const [before, after] of pairs.both) {
    const both = { ...about, name: after.name, base: before, revision: after };
    if (before.required !== after.required)
      facts.changes.push({ ...both, kind: after.required ? 'parameter-became-required' : 'parameter-became-optional' });
    if (before.style !== after.style || before.explode !== after.explode)
      facts.changes.push({
        ...both,
        kind: 'parameter-serialisation-changed',
        before: `${before.style}${before.explode ? ', exploded' : ''}`,
        after: `${after.style}${after.explode ? ', exploded' : ''}`,
      });
    use(facts, before.schema, after.schema, {
      operation,
      direction: 'request',
      place: `${after.in} parameter ${after.name}`,
    });
    compareContent(
      before.content,
      after.content,
      { operation, direction: 'request', place: `${after.in} parameter ${after.name}` },
      facts,
    );
  }
}

interface Place {
  readonly operation: string;
  readonly direction: 'request' | 'response';
  readonly place: string;
}

function use(facts: Facts, base: Schema | undefined, revision: Schema | undefined, place: Place): void {
  if (base !== undefined && revision !== undefined) facts.usages.push({ ...place, base, revision });
}

function compareContent(base: readonly MediaType[], revision: readonly MediaType[], place: Place, facts: Facts): void {
  const pairs = pairBy(base, revision, ({ mediaType }) => mediaType.toLowerCase());
  const about = { operation: place.operation, direction: place.direction } as const;
  for (const media of pairs.removed)
    facts.changes.push({
      ...about,
      kind: 'media-type-removed',
      name: `${place.place} ${media.mediaType}`,
      base: media,
    });
  for (const media of pairs.added)
    facts.changes.push({
      ...about,
      kind: 'media-type-added',
      name: `${place.place} ${media.mediaType}`,
      revision: media,
    });
  for (const [before, after] of pairs.both) {
    use(facts, before.schema, after.schema, { ...place, place: `${place.place} ${after.mediaType}`.trim() });
    use(facts, before.itemSchema, after.itemSchema, {
      ...place,
      place: `${place.place} ${after.mediaType} item`.trim(),
    });
  }
}

function compareBodies(base: Operation, revision: Operation, operation: string, facts: Facts): void {
  const about = { operation, direction: 'request' } as const;
  const [before, after] = [base.requestBody, revision.requestBody] as readonly (RequestBody | undefined)[];
  if (before === undefined && after !== undefined)
    facts.changes.push({
      ...about,
      kind: after.required ? 'required-body-added' : 'optional-body-added',
      revision: after,
    });
  if (before !== undefined && after === undefined) facts.changes.push({ ...about, kind: 'body-removed', base: before });
  if (before === undefined || after === undefined) return;
  if (before.required !== after.required)
    facts.changes.push({
      ...about,
      kind: after.required ? 'body-became-required' : 'body-became-optional',
      base: before,
      revision: after,
    });
  compareContent(before.content, after.content, { ...about, place: 'request body' }, facts);
}

function compareResponses(base: Operation, revision: Operation, operation: string, facts: Facts): void {
  const pairs = pairBy<Response>(base.responses, revision.responses, ({ status }) => status.toUpperCase());
  const about = { operation, direction: 'response' } as const;
  const isSuccess = (response: Response): boolean => response.status.startsWith('2');
  for (const response of pairs.removed)
    facts.changes.push({
      ...about,
      kind: isSuccess(response) ? 'success-response-removed' : 'error-response-removed',
      name: response.status,
      base: response,
    });
  for (const response of pairs.added)
    facts.changes.push({
      ...about,
      kind: isSuccess(response) ? 'success-response-added' : 'error-response-added',
      name: response.status,
      revision: response,
    });
  for (const [before, after] of pairs.both) {
    compareHeaders(before.headers, after.headers, { ...about, place: `response ${after.status}` }, facts);
    compareContent(before.content, after.content, { ...about, place: `response ${after.status}` }, facts);
  }
}

function compareHeaders(base: readonly Header[], revision: readonly Header[], place: Place, facts: Facts): void {
  const pairs = pairBy(base, revision, ({ name }) => name.toLowerCase());
  const about = { operation: place.operation, direction: place.direction } as const;
  for (const header of pairs.removed)
    facts.changes.push({
      ...about,
      kind: header.required ? 'required-header-removed' : 'optional-header-removed',
      name: `${place.place} ${header.name}`,
      base: header,
    });
  for (const header of pairs.added)
    facts.changes.push({ ...about, kind: 'header-added', name: `${place.place} ${header.name}`, revision: header });
  for (const [before, after] of pairs.both) {
    if (before.required !== after.required)
      facts.changes.push({
        ...about,
        kind: after.required ? 'header-became-required' : 'header-became-optional',
        name: `${place.place} ${after.name}`,
        base: before,
        revision: after,
      });
    use(facts, before.schema, after.schema, { ...place, place: `${place.place} header ${after.name}` });
  }
}

/** Alternatives of security; an operation without any, or with an empty one, is open to everybody. */
function compareSecurity(base: Operation, revision: Operation, operation: string, facts: Facts): void {
  const alternatives = ({ security }: Operation): readonly ReadonlyMap<string, readonly string[]>[] =>
    security === undefined || security.length === 0 ? [new Map()] : security;
  const about = { operation, direction: 'request', base, revision } as const;
  const worded = (alternative: ReadonlyMap<string, readonly string[]>): string =>
    [...alternative]
      .map(([name, scopes]) => (scopes.length === 0 ? name : `${name} (${[...scopes].sort().join(' ')})`))
      .sort()
      .join(' and ') || 'nothing';
  /** Whoever satisfies `left` satisfies `right`. */
  const implies = (
    left: ReadonlyMap<string, readonly string[]>,
    right: ReadonlyMap<string, readonly string[]>,
  ): boolean =>
    [...right].every(([name, scopes]) => scopes.every((scope) => left.get(name)?.includes(scope)) && left.has(name));
  const [before, after] = [alternatives(base), alternatives(revision)];
  for (const alternative of before)
    if (!after.some((other) => implies(alternative, other)))
      facts.changes.push({
        ...about,
        kind: 'security-tightened',
        name: worded(alternative),
        before: before.map(worded),
        after: after.map(worded),
      });
  for (const alternative of after)
    if (!before.some((other) => implies(alternative, other)))
      facts.changes.push({ ...about, kind: 'security-alternative-added', name: worded(alternative) });
}
