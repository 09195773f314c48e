import fc from 'fast-check';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const replacements: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  '',
  ' ',
  'x'.repeat(65),
  '😀'.repeat(40),
  '2027-02-29',
  '2028-02-29',
  '2026-12-31T23:59:60Z',
  '2026-04-15T06:30:00',
  'PT',
  '12.0000000001',
  [],
  {},
  [null],
];

/** Every place of a value that can be changed, as the path to it. */
function places(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, part]) => places(part as Json, [...path, name]))];
}

function changed(value: Json, path: readonly string[], change: (part: Json) => Json | undefined): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  // The change before may have taken the place away.
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.flatMap((item, index) => {
      if (String(index) !== name) return [item as Json];
      const next = changed(item as Json, rest, change);
      return next === undefined ? [] : [next];
    });
    return items;
  }
  const members = Object.entries(value as { readonly [name: string]: Json }).flatMap(([key, part]) => {
    if (key !== name) return [[key, part] as const];
    const next = changed(part, rest, change);
    return next === undefined ? [] : [[key, next] as const];
  });
  return Object.fromEntries(members);
}

const changes: fc.Arbitrary<(part: Json) => Json | undefined> = fc.oneof(
  fc.constant(() => undefined),
  fc.constantFrom(...replacements).map((replacement) => () => replacement),
  fc.constant((part: Json) => (typeof part === 'string' ? `${part} ` : part)),
  fc.constant((part: Json) => (Array.isArray(part) ? [...part, ...part] : part)),
  fc
    .constantFrom('extra', '__proto__', 'toString', 'com.example.x')
    .map(
      (name) => (part: Json) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries([...Object.entries(part), [name, 'extra']])
          : part,
    ),
);

/** Values near some given ones: one or two places changed. The same seed gives the same values. */
export function neighbours(seeds: readonly unknown[], count: number, seed: number): readonly unknown[] {
  if (seeds.length === 0) return [];
  const arbitrary = fc.constantFrom(...(seeds as readonly Json[])).chain((value) => {
    const place = fc.constantFrom(...places(value));
    return fc
      .array(fc.tuple(place, changes), { minLength: 1, maxLength: 2 })
      .map((edits) =>
        edits.reduce<Json | undefined>(
          (at, [path, change]) => (at === undefined ? at : changed(at, path, change)),
          value,
        ),
      );
  });
  return fc.sample(arbitrary, { numRuns: count, seed }).filter((value) => value !== undefined);
}
