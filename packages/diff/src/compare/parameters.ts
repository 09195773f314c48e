import type { Operation, Parameter } from '@millwright/contract';
import { compareContent } from './content.ts';
import { type Facts, isGiven, type Place, use } from './facts.ts';
import { pairBy } from './pairs.ts';
import { compareEndings, removalOf } from './sunset.ts';
import { rawOf } from './values.ts';

/** Path parameters are known by their place in the path, the others by their name. */
function keysOf({ path, parameters }: Operation): readonly (readonly [Parameter, string])[] {
  const names = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  return parameters.map((parameter) => {
    const { name, in: where } = parameter;
    const place = names.indexOf(name);
    return [
      parameter,
      where === 'path'
        ? `path ${place < 0 ? name : place}`
        : `${where} ${where === 'header' ? name.toLowerCase() : name}`,
    ];
  });
}

/** Parameters of an operation; in a webhook the described application is the one that writes them. */
export function compareParameters(
  base: Operation,
  revision: Operation,
  travel: Omit<Place, 'place'>,
  facts: Facts,
): void {
  const keys = new Map<Parameter, string>([...keysOf(base), ...keysOf(revision)]);
  const pairs = pairBy(base.parameters, revision.parameters, (parameter) => keys.get(parameter) as string);
  const demand = ({ required }: Parameter): string => (required ? 'required' : 'optional');
  for (const parameter of pairs.removed)
    facts.changes.push({
      ...travel,
      kind: isGiven(travel.direction)
        ? `${demand(parameter)}-parameter-removed`
        : `parameter-removed${removalOf(parameter)}`,
      name: parameter.name,
      base: parameter,
    });
  for (const parameter of pairs.added)
    facts.changes.push({
      ...travel,
      kind: `${demand(parameter)}-parameter-added`,
      name: parameter.name,
      revision: parameter,
    });
  for (const [before, after] of pairs.both) {
    const both = { ...travel, name: after.name, base: before, revision: after };
    if (before.required !== after.required) facts.changes.push({ ...both, kind: `parameter-became-${demand(after)}` });
    compareEndings('parameter', [before, after], { operation: travel.operation, name: after.name }, facts);
    compareForm(before, after, travel, facts);
  }
}

/** How a value is written into the request: by a style or as a media type. */
function compareForm(base: Parameter, revision: Parameter, travel: Omit<Place, 'place'>, facts: Facts): void {
  const both = { ...travel, name: revision.name, base, revision };
  const place = {
    ...travel,
    place: `${revision.in} parameter ${revision.name}`,
    ...(base.required || revision.required ? {} : { isOptional: true }),
  };
  const mediaOf = ({ content }: Parameter): string => content.map(({ mediaType }) => mediaType).join(', ');
  const styled = ({ style, explode, content }: Parameter): string =>
    content.length > 0 ? 'a media type' : `${style}${explode ? ', exploded' : ''}`;
  if (styled(base) !== styled(revision)) {
    facts.changes.push({
      ...both,
      direction: 'none',
      kind: 'parameter-serialisation-changed',
      before: styled(base),
      after: styled(revision),
    });
    return;
  }
  if (base.allowReserved !== revision.allowReserved)
    facts.changes.push({
      ...both,
      direction: 'none',
      kind: revision.allowReserved ? 'parameter-reserved-allowed' : 'parameter-reserved-escaped',
    });
  // `?name=`: a value that is empty, whatever the schema says (OpenAPI 3.1, section 4.8.12.2).
  const takesEmpty = (parameter: Parameter): boolean =>
    parameter.in === 'query' && rawOf(parameter)['allowEmptyValue'] === true;
  if (takesEmpty(base) !== takesEmpty(revision))
    facts.changes.push({
      ...both,
      direction: 'none',
      kind: `parameter-empty-${takesEmpty(revision) ? 'allowed' : 'refused'}`,
    });
  if (mediaOf(base).toLowerCase() !== mediaOf(revision).toLowerCase())
    // A parameter has one media type, so another one is a change of it.
    facts.changes.push({
      ...both,
      direction: 'none',
      kind: 'parameter-media-type-changed',
      before: mediaOf(base),
      after: mediaOf(revision),
    });
  else compareContent(base.content, revision.content, place, facts);
  const written = revision.style === 'form' && revision.explode ? 'repeated' : 'text';
  use(facts, [base, base.schema], [revision, revision.schema], { ...place, written });
}
