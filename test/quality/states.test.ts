import { readFileSync } from 'node:fs';
import {
  checkChange,
  checkRelease,
  type ReleaseGround,
  type StatefulObjects,
  stateMachines,
} from '@millwright/quality';
import type { ReleaseDecision } from '@millwright/sdk/types';
import * as validators from '@millwright/sdk/validators';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fileOf, filesBelow, readJson } from '../schemas/canonical.ts';

type Kind = keyof StatefulObjects;
type Fields = Readonly<Record<string, unknown>>;

const kinds = Object.keys(stateMachines) as readonly Kind[];
const isOfKind: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  'inspection-order': validators.isInspectionOrder,
  nonconformance: validators.isNonconformance,
  deviation: validators.isDeviation,
  'corrective-action': validators.isCorrectiveAction,
  'quality-hold': validators.isQualityHold,
};

describe.each(kinds)('the machine of %s', (kind) => {
  const contract = parse(readFileSync(new URL(`../../schemas/objects/${kind}.yaml`, import.meta.url), 'utf8'));

  it('is that of the contract', () => {
    expect({ property: 'status', ...stateMachines[kind] }).toEqual(contract['x-states']);
  });

  it('allows what the contract allows and nothing else', () => {
    const { transitions } = stateMachines[kind];
    const states = [...new Set(transitions.flatMap(({ from, to }) => [from, to]))];
    const allowed = new Set<string>(transitions.map(({ from, to }) => `${from} ${to}`));
    const [example] = filesBelow(`examples/${kind}/valid`, /\.json$/);
    const object = readJson(example as string) as Fields;
    for (const from of states)
      for (const to of states.filter((state) => state !== from)) {
        const code = codeOf(() => check(kind, { ...object, status: from }, { ...object, status: to }));
        const isRefused = code === 'transition-not-allowed' || code === 'state-final';
        expect([from, to, isRefused]).toEqual([from, to, !allowed.has(`${from} ${to}`)]);
      }
  });

  it('takes every valid example as the end of an allowed change', () => {
    for (const file of filesBelow(`examples/${kind}/valid`, /\.json$/)) {
      const object = readJson(file) as Fields;
      const before = stateMachines[kind].transitions.find(({ to }) => to === object['status'])?.from;
      expect([file, codeOf(() => check(kind, before && { ...object, status: before }, object))]).toEqual([
        file,
        undefined,
      ]);
    }
  });
});

interface ChangeCase {
  readonly name: string;
  readonly kind: Kind;
  readonly example: string;
  readonly from?: string;
  readonly before?: Fields;
  readonly with?: Fields;
  readonly without?: readonly string[];
  readonly refused?: Fields;
}

describe('a change', () => {
  it.each(casesOf<readonly ChangeCase[]>('changes'))('$kind: $name', (given) => {
    const { kind, from, without = [], refused } = given;
    const example = readJson(`examples/${kind}/valid/${given.example}.json`) as Fields;
    const changed = { ...example, ...given.with };
    const after = Object.fromEntries(Object.entries(changed).filter(([name]) => !without.includes(name)));
    const before = from === undefined ? undefined : { ...after, ...given.before, status: from };
    expect(isOfKind[kind](after)).toBe(true);
    const change = () => check(kind, before, after);
    if (refused === undefined) expect(change).not.toThrow();
    else {
      const key = `PL01/${Object.entries(after).find(([name]) => name === numberOf(kind))?.[1]}`;
      expect(change).toThrow(expect.objectContaining({ name: 'QualityError', key, ...refused }));
    }
  });
});

interface ReleaseCase {
  readonly name: string;
  readonly example: string;
  readonly with?: Fields;
  readonly results: readonly Example[];
  readonly holds?: readonly Example[];
  readonly nonconformances?: readonly Example[];
  readonly deviation?: Example;
  readonly refused?: Fields;
}
/** Name of a valid example, or its name with what is different. */
type Example = string | Readonly<Record<string, Fields>>;

describe('a release', () => {
  it.each(casesOf<readonly ReleaseCase[]>('releases'))('$name', (given) => {
    const decision = { ...(exampleOf('release-decision', given.example) as Fields), ...given.with };
    expect(validators.isReleaseDecision(decision)).toBe(true);
    const ground = {
      results: given.results.map((one) => exampleOf('inspection-result', one)),
      nonconformances: (given.nonconformances ?? []).map((one) => exampleOf('nonconformance', one)),
      holds: (given.holds ?? []).map((one) => exampleOf('quality-hold', one)),
      ...(given.deviation === undefined ? {} : { deviation: exampleOf('deviation', given.deviation) }),
    };
    const release = () => checkRelease(decision as unknown as ReleaseDecision, ground as unknown as ReleaseGround);
    if (given.refused === undefined) expect(release).not.toThrow();
    else {
      const key = `PL01/${Object.entries(decision).find(([name]) => name === 'releaseDecisionNumber')?.[1]}`;
      expect(release).toThrow(expect.objectContaining({ name: 'QualityError', key, ...given.refused }));
    }
  });
});

it('asks for a signature wherever the contracts of quality demand human approval', () => {
  const demanding = [...kinds, 'release-decision'].filter((kind) => {
    const contract = fileOf(`objects/${kind}.yaml`).value as { readonly 'x-governance': Fields };
    return contract['x-governance']['requiresHumanApproval'] === true;
  });
  const refusing = [...casesOf<readonly ChangeCase[]>('changes'), ...casesOf<readonly ReleaseCase[]>('releases')]
    .filter(({ refused }) => refused?.['code'] === 'signature-missing')
    .map((one) => ('kind' in one ? one.kind : 'release-decision'));
  expect(new Set(refusing)).toEqual(new Set(demanding));
});

function check(kind: Kind, before: Fields | undefined, after: Fields): void {
  checkChange(kind, before as never, after as never);
}

function codeOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

function numberOf(kind: Kind): string {
  const numbers: Readonly<Record<Kind, string>> = {
    'inspection-order': 'inspectionOrderNumber',
    nonconformance: 'nonconformanceNumber',
    deviation: 'deviationNumber',
    'corrective-action': 'correctiveActionNumber',
    'quality-hold': 'holdNumber',
  };
  return numbers[kind];
}

function exampleOf(kind: string, example: Example): object {
  const [name, difference] = typeof example === 'string' ? [example, {}] : (Object.entries(example)[0] ?? ['', {}]);
  return { ...(readJson(`examples/${kind}/valid/${name}.json`) as object), ...difference };
}

function casesOf<Cases>(name: string): Cases {
  return parse(readFileSync(new URL(`cases/${name}.yaml`, import.meta.url), 'utf8'));
}
