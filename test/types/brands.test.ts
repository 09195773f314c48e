import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { types } from '../../generators/src/types/index.ts';
import { load, options, write } from '../client/generate.ts';

/** Values given to the constructors of fixtures/schemas.yaml: accepted, or refused with a text in the message. */
const cases: readonly (readonly [constructor: string, value: unknown, refusal?: string])[] = [
  ['itemNumber', 'AB-12'],
  ['itemNumber', 'ab-12', 'match ^[A-Z]{2}-\\d+$'],
  ['itemNumber', 'AB-1234567', 'at most 8 characters'],
  ['itemNumber', 12, 'must be a string'],
  ['day', '2024-02-29'],
  ['day', '2000-02-29'],
  ['day', '1900-02-29', 'calendar day'],
  ['day', '2023-02-29', 'calendar day'],
  ['day', '2024-04-31', 'calendar day'],
  ['day', '2024-13-01', 'calendar day'],
  ['day', new Date(0)],
  ['dateTime', '2026-04-15T06:30:00Z'],
  ['dateTime', '2026-04-15T06:30:00.25+02:00'],
  ['dateTime', '1990-12-31T23:59:60Z'],
  ['dateTime', '1990-12-31T15:59:60-08:00'],
  ['dateTime', '1990-12-31T22:59:60Z', 'point in time'],
  ['dateTime', '2026-04-15T24:00:00Z', 'point in time'],
  ['dateTime', '2026-04-15T06:30:00', 'point in time'],
  ['dateTime', '2023-02-29T06:30:00Z', 'point in time'],
  ['dateTime', new Date(0)],
  ['dateTime', new Date(Number.NaN), 'no valid time'],
  ['duration', 'P1DT2H'],
  ['duration', 'P2W'],
  ['duration', 'PT1H30S', 'be a duration'],
  ['duration', 'P', 'be a duration'],
  ['duration', 'P1DT', 'be a duration'],
  ['step', 0.3],
  ['step', 0.35, 'multiple of 0.1'],
  ['share', 0],
  ['share', 1, 'less than 1'],
  ['share', -0.1, 'at least 0'],
  ['share', Number.NaN, 'at least 0'],
];

describe('constructors of branded types', () => {
  it('accept and refuse', async () => {
    const contract = await load(new URL('fixtures/schemas.yaml', import.meta.url));
    const folder = write(types.generate(contract, options)[0]);
    const module = (await import(/* @vite-ignore */ pathToFileURL(`${folder}/types.ts`).href)) as Readonly<
      Record<string, (value: unknown) => unknown>
    >;
    const outcomes = cases.map(([name, value, refusal]) => {
      try {
        module[name]?.(value);
        return undefined;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        return refusal !== undefined && error.message.includes(refusal) ? refusal : error.message;
      }
    });
    expect(outcomes).toEqual(cases.map(([, , refusal]) => refusal));
    expect((globalThis as { readonly pwned?: unknown }).pwned).toBeUndefined();
  });
});
