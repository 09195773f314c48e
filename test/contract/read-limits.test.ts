import { defaultLimits, type JsonValue, type Limits } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../packages/contract/src/read/parse-json.ts';
import { parsePlainYaml } from '../../packages/contract/src/read/parse-plain-yaml.ts';
import { parseYaml } from '../../packages/contract/src/read/parse-yaml.ts';

interface Verdict {
  readonly value?: JsonValue;
  readonly codes: readonly string[];
}

/** What each reader says; the fast one declines without a reason. */
const readers: Readonly<Record<string, (text: string, limits: Limits) => Verdict>> = {
  json: (text, limits) => {
    const [value, problems] = parseJson(text, limits);
    return verdict(value, problems);
  },
  yaml: (text, limits) => {
    const { value, problems } = parseYaml(text, limits);
    return verdict(value, problems);
  },
  'plain yaml': (text, limits) => verdict(parsePlainYaml(text, limits), []),
};

function verdict(value: JsonValue | undefined, problems: readonly { readonly code: string }[]): Verdict {
  return { ...(value === undefined ? {} : { value }), codes: problems.map(({ code }) => code) };
}

/** Texts that are JSON and YAML at once, the values in them, and how deep their objects and arrays stand in one another. */
const texts: readonly (readonly [text: string, values: number, depth: number])[] = [
  ['{"enum": [1, 2, 3]}', 5, 2],
  ['[[[[]]]]', 4, 4],
  ['[[], [[]], {}]', 5, 3],
  ['{"a": {"b": {"c": {}}}}', 4, 4],
  ['[1, "x", null, true, {"a": null}]', 7, 2],
];
/** The same for what only YAML has. */
const yamlTexts: readonly (readonly [text: string, values: number, depth: number])[] = [
  ['a:\n  b:\n    - 1\n    - c: |\n        text\nd:\n', 7, 4],
  ['- - - x\n', 4, 3],
  ['- a: 1\n  b: 2\n- [x, {y: z}]\n', 8, 3],
  ['a:\n- 1\n- 2\n', 4, 2],
];
/** And for what only the full reader knows: an alias is what it stands for. */
const aliasTexts: readonly (readonly [text: string, values: number, depth: number])[] = [
  ['a: &x [1, 2]\nb: *x\n', 7, 2],
  ['a: &x {y: [1]}\nb: [*x, *x]\n', 11, 4],
];

const cases = Object.keys(readers).flatMap((reader) =>
  [...texts, ...(reader === 'json' ? [] : yamlTexts), ...(reader === 'yaml' ? aliasTexts : [])].map(
    ([text, values, depth]) => ({ reader, text, values, depth }),
  ),
);

// A limit that one reader takes otherwise lets a file in as YAML and refuses the same file as JSON.
describe.each(cases)('$reader: $text', ({ reader, text, values, depth }) => {
  const read = (limits: Partial<Limits>): Verdict =>
    (readers[reader] as (text: string, limits: Limits) => Verdict)(text, { ...defaultLimits, ...limits });
  const refusal = (code: string): Verdict => ({ codes: reader === 'plain yaml' ? [] : [code] });

  it('is read where the limits are just met', () => {
    const unlimited = read({});
    expect(unlimited.value).toBeDefined();
    expect(read({ nodesMax: values, depthMax: depth })).toEqual(unlimited);
  });

  it('is refused with one value too many', () => {
    expect(read({ nodesMax: values - 1 })).toEqual(refusal('contract/too-many-nodes'));
  });

  it('is refused with one level too many', () => {
    const { value, codes } = read({ depthMax: depth - 1 });
    expect(value).toBeUndefined();
    expect([...new Set(codes)]).toEqual(refusal('contract/too-deep').codes);
  });
});
