import { readFileSync } from 'node:fs';
import { type B2mmlDocument, MesError, readXml, writeXml } from '@millwright/mes';
import { violationsOf } from '@millwright/sdk/validator-schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { materialConsumptionFields } from '../../packages/mes/src/mapping/material-consumption.ts';
import { operationStatusFields } from '../../packages/mes/src/mapping/operation-status.ts';
import { productionConfirmationFields } from '../../packages/mes/src/mapping/production-confirmation.ts';
import { workOrderFields } from '../../packages/mes/src/mapping/work-order.ts';
import { describeCorpus } from '../corpora/corpus.ts';
import { canonical } from './arbitraries.ts';
import { hasXmllint, jsonJudge, xmlJudge } from './judges.ts';
import { roundTrips, without } from './round-trip.ts';

const fields = {
  WorkOrder: workOrderFields,
  ProductionConfirmation: productionConfirmationFields,
  OperationStatus: operationStatusFields,
  MaterialConsumption: materialConsumptionFields,
};

/** All that may be lost on the way there; anything else that is told as lost hides a fault. */
const stated = {
  pointer: expect.stringMatching(/^(\/\w+)+$/),
  reason: expect.stringMatching(
    /^(an empty list is read as an absent one|written as [0-9T:.-]+Z|setup is told as Running, which means running)$/,
  ),
};

/** Characters that XML 1.0 cannot hold; with one of them the writer must refuse, without one it must not. */
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

function textsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(textsOf).join('') : '';
}

/** Undefined where the writer refuses for a character, which must then be there. */
function xmlOf(document: B2mmlDocument): string | undefined {
  const impossible = notInXml.test(textsOf(document));
  try {
    const xml = writeXml(document);
    expect(impossible).toBe(false);
    return xml;
  } catch (error) {
    if (!(error instanceof MesError)) throw error;
    expect([error.code, impossible]).toEqual(['mes/lossy-conversion', true]);
    return undefined;
  }
}

describe.each(roundTrips)('any $object', ({ object, examples, toDocument, fromDocument }) => {
  const arbitrary: fc.Arbitrary<object> = canonical[object];
  const contract = parse(readFileSync(new URL(`../../schemas/objects/${examples}.yaml`, import.meta.url), 'utf8'));

  it('has a place for every property of the contract, and no other', () => {
    const mapped = fields[object].flatMap(({ properties }) => properties);
    expect([...new Set(mapped)].sort()).toEqual(Object.keys(contract.properties).sort());
    expect(mapped.length).toBe(new Set(mapped).size);
  });

  it('comes back as it was but for the stated losses, through JSON and through XML', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitrary, (value) => {
        expect(violationsOf(object, value, 'strict')).toEqual([]);
        for (const property of Object.keys(value)) seen.add(property);
        const [document, losses] = toDocument(value as never);
        const lost = losses.map(({ pointer }) => pointer);
        for (const loss of losses) expect(loss).toEqual(stated);
        const [back, lossesOfReading] = fromDocument(JSON.parse(JSON.stringify(document)));
        expect(without(back, lost)).toEqual(without(value, lost));
        expect(lossesOfReading).toEqual([]);
        const xml = xmlOf(document);
        if (xml === undefined) return;
        const [read, unknown] = readXml(xml);
        expect(unknown).toEqual([]);
        expect(fromDocument(read)[0]).toEqual(back);
      }),
      { numRuns: 200 },
    );
    expect([...seen].sort()).toEqual(Object.keys(contract.properties).sort());
  });
});

describeCorpus('b2mml', (corpus) => {
  const judgeJson = jsonJudge(corpus);
  const judgeXml = xmlJudge(corpus);
  describe.each(roundTrips)('any $object', ({ object, toDocument }) => {
    const arbitrary: fc.Arbitrary<object> = canonical[object];

    it('is valid by the JSON Schema of MESA', () =>
      fc.assert(
        fc.property(arbitrary, (value) => {
          expect(judgeJson(toDocument(value as never)[0])).toEqual([]);
        }),
        { numRuns: 50 },
      ));
    if (!hasXmllint) it.skip('needs xmllint (Debian: libxml2-utils)');
    else
      it('is valid by the XSD of MESA', () =>
        fc.assert(
          fc.property(arbitrary, (value) => {
            const xml = xmlOf(toDocument(value as never)[0]);
            if (xml !== undefined) expect(judgeXml(xml)).toEqual([]);
          }),
          { numRuns: 10 },
        ));
  });
});
