import { readdirSync, readFileSync } from 'node:fs';
import { judge, QualityError } from '@millwright/quality';
import {
  inspectionFromOca,
  inspectionPlanToOca,
  nonconformanceFromOca,
  nonconformanceToOca,
} from '@millwright/quality/oca';
import { type InspectionPlan, type InspectionResult, type Nonconformance, recordId } from '@millwright/sdk/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const examples = new URL('../../schemas/examples/', import.meta.url);
const read = <Type>(object: string, name: string): Type =>
  JSON.parse(readFileSync(new URL(`${object}/valid/${name}`, examples), 'utf8')) as Type;
const all = <Type>(object: string): readonly (readonly [name: string, value: Type])[] =>
  readdirSync(new URL(`${object}/valid/`, examples)).map((name) => [name, read<Type>(object, name)]);

/** States that the module lets nothing be in without these texts. */
const demanded = { open: 'action_comments', done: 'evaluation_comments' } as const;

describe('nonconformances in OCA mgmtsystem_nonconformity', () => {
  it.each(all<Nonconformance>('nonconformance'))(
    '%s comes back with number and status, and has what its state demands',
    (_, nonconformance) => {
      const [record] = nonconformanceToOca(nonconformance);
      const { plantId, nonconformanceNumber, status, summary } = nonconformance;
      expect(nonconformanceFromOca(record, nonconformance)).toEqual({ plantId, nonconformanceNumber, status, summary });
      const field = demanded[record.state as keyof typeof demanded];
      if (field !== undefined) expect(record[field]).toMatch(/\S/);
    },
  );

  it('tells every member that the module has no field for', () => {
    const full = read<Nonconformance>('nonconformance', 'closed-full.json');
    const [record, losses] = nonconformanceToOca(full);
    const held = ['plantId', 'nonconformanceNumber', 'summary', 'description', 'status', 'severity', 'source'];
    const shown = ['containments', 'dispositions', 'closedAt'];
    // Who found it and when is what Odoo itself records of a new record.
    const own = ['detectedAt', 'detectedBy', 'version', 'externalReferences'];
    const told = new Set(losses.map(({ pointer }) => pointer.slice(1)));
    expect(Object.keys(full).filter((name) => ![...held, ...shown, ...own].includes(name) && !told.has(name))).toEqual(
      [],
    );
    expect(record.description).toContain(full.itemNumber);
  });

  it('reads a state that somebody has moved, and refuses what is not its own', () => {
    const [record] = nonconformanceToOca(read<Nonconformance>('nonconformance', 'open-minimal.json'));
    expect(nonconformanceFromOca({ ...record, state: 'analysis' }, { status: 'open' }).status).toBe('under-review');
    const code = (changed: Partial<typeof record>): string => {
      try {
        nonconformanceFromOca({ ...record, ...changed });
      } catch (error) {
        if (error instanceof QualityError) return error.code;
      }
      return 'none';
    };
    expect([code({ reference: 'our own note' }), code({ state: 'constructor' })]).toEqual([
      'object-unknown',
      'state-unknown',
    ]);
  });
});

const plan: InspectionPlan = read('inspection-plan', 'operation-aql-full.json');

describe('inspections in OCA quality_control_oca', () => {
  it('makes a question of each characteristic', () => {
    const [test, losses] = inspectionPlanToOca(plan);
    expect(test.test_lines).toEqual([
      { name: 'DIA-1', type: 'quantitative', min_value: 24.98, max_value: 25.02, unit: 'MMT' },
      {
        ...{ name: 'VISUAL', type: 'qualitative' },
        ql_values: [
          { name: 'OK', ok: true },
          { name: 'OK-POLISHED', ok: true },
          { name: 'SCRATCHED', ok: false },
          { name: 'DENTED', ok: false },
        ],
      },
    ]);
    expect(losses.map(({ pointer }) => pointer)).toContain('/sampleRule');
  });

  /** The module's own verdict of a line: inside both limits. */
  it('gives values that are judged as the module judges them', () => {
    const [first] = plan.characteristics;
    if (first === undefined) throw new Error('the plan is empty');
    const one: InspectionPlan = { ...plan, characteristics: [first], sampleRule: { kind: 'fixed', sampleSize: 1 } };
    const result = read<InspectionResult>('inspection-result', 'fail-full.json');
    fc.assert(
      fc.property(fc.integer({ min: 2_490_000, max: 2_510_000 }), (scaledValue) => {
        const value = scaledValue / 100_000;
        const characteristics = inspectionFromOca(
          one,
          [{ name: 'DIA-1', question_type: 'quantitative', quantitative_value: value }],
          'PL01/IO-1',
        );
        const { verdict } = judge(
          one,
          { ...result, recordId: recordId('R-1'), characteristics: [...characteristics] },
          { lotSize: 1 },
        );
        expect(verdict).toBe(scaledValue >= 2_498_000 && scaledValue <= 2_502_000 ? 'pass' : 'fail');
      }),
    );
  });

  const wrong: readonly (readonly [what: string, run: () => unknown, code: string])[] = [
    [
      'a limit on one side',
      () => {
        const { upperLimit: _, ...rest } = plan.characteristics[0] as {
          upperLimit?: string;
        } & InspectionPlan['characteristics'][number];
        return inspectionPlanToOca({ ...plan, characteristics: [rest as InspectionPlan['characteristics'][number]] });
      },
      'limits-missing',
    ],
    [
      'a limit that would be rounded',
      () =>
        inspectionPlanToOca({
          ...plan,
          characteristics: [
            { ...plan.characteristics[0], lowerLimit: '24.9800001' } as InspectionPlan['characteristics'][number],
          ],
        }),
      'not-a-decimal',
    ],
    [
      'an answer that the plan does not know',
      () => inspectionFromOca(plan, [{ name: 'VISUAL', question_type: 'qualitative', qualitative_value: 'Fine' }], 'k'),
      'attribute-code-unknown',
    ],
    [
      'another question',
      () => inspectionFromOca(plan, [{ name: 'X', question_type: 'qualitative' }], 'k'),
      'characteristic-unknown',
    ],
    [
      'a question of the other kind',
      () => inspectionFromOca(plan, [{ name: 'DIA-1', question_type: 'qualitative' }], 'k'),
      'characteristic-kind-differs',
    ],
    [
      'a question without an answer',
      () => inspectionFromOca(plan, [{ name: 'VISUAL', question_type: 'qualitative', qualitative_value: false }], 'k'),
      'characteristic-missing',
    ],
  ];
  it.each(wrong)('refuses %s', (_, run, code) => {
    expect(run).toThrow(expect.objectContaining({ code, remedy: expect.stringMatching(/\.$/) }));
  });
});
