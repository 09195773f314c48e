import { type JsonValue, joinPointer, locate, readDocument, type SourceDocument } from '@millwright/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../packages/contract/src/read/limits.ts';
import { parseJson } from '../../packages/contract/src/read/parse-json.ts';

function jsonVerdict(text: string): unknown {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return 'refused';
  }
}

function ourVerdict(text: string): unknown {
  const [value, problems] = parseJson(text, defaultLimits);
  if (problems.some(({ code }) => code !== 'contract/json-syntax')) return 'not comparable';
  return value === undefined ? 'refused' : { value };
}

describe('parseJson', () => {
  // Breaks for everybody: a value that reads differently from what JSON.parse gives.
  it('reads every JSON value as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const ours = ourVerdict(text);
        fc.pre(ours !== 'not comparable');
        expect(ours).toEqual(jsonVerdict(text));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses exactly what JSON.parse refuses, on damaged texts', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '\\', '{', ']', '0', '-', 'e', '\u0001', ' ', 'nul', '.'),
      )
      .map(([text, at, insert]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + (insert === '' ? 1 : 0));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        const ours = ourVerdict(text);
        fc.pre(ours !== 'not comparable');
        expect(ours).toEqual(jsonVerdict(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps __proto__ as data', () => {
    const [value] = parseJson('{"__proto__": {"polluted": true}}', defaultLimits);
    expect(Object.getOwnPropertyNames(value)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('locate', () => {
  const pointersOf = (value: JsonValue, pointer: string): readonly (readonly [string, JsonValue])[] =>
    value === null || typeof value !== 'object'
      ? [[pointer, value]]
      : [
          [pointer, value],
          ...Object.entries(value).flatMap(([name, inner]) =>
            pointersOf(inner as JsonValue, joinPointer(pointer, name)),
          ),
        ];

  // Breaks for whoever reads a diagnostic: a position that points at something else.
  it('finds the text of every value, in JSON and in the same text read as YAML', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (compact, width) => {
        const text = JSON.stringify(JSON.parse(compact), null, width);
        const [document] = readDocument({ file: 'a.json', uri: 'memory:a', bytes: text }, defaultLimits);
        fc.pre(document !== undefined);
        const lines = text.split('\n');
        for (const [pointer, value] of pointersOf((document as SourceDocument).value, '')) {
          const { line, column } = locate(document as SourceDocument, pointer, 'value');
          const rest = [lines[line - 1]?.slice(column - 1), ...lines.slice(line)].join('\n');
          expect(rest.startsWith(JSON.stringify(value, null, width).slice(0, 1)), `${pointer} in ${text}`).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
