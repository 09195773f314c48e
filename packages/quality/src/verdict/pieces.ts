import type {
  AttributeCharacteristic,
  AttributeResult,
  CharacteristicResult,
  DefectCode,
  InspectionCharacteristic,
  VariableCharacteristic,
  VariableResult,
} from '@millwright/sdk/types';
import { scaled } from '../decimal.ts';
import { QualityError } from '../quality-error.ts';
import type { Finding } from './judgement.ts';

/** Where a result stands, for refusals. */
export interface ResultPlace {
  readonly key: string;
  readonly pointer: string;
}

/** The pieces of one characteristic, each held against the plan. */
export interface JudgedPieces {
  readonly inspected: number;
  readonly nonconforming: readonly number[];
  readonly defectCodes: readonly DefectCode[];
  readonly findings: readonly Finding[];
}

/**
 * Holds every piece against its characteristic.
 * @throws QualityError `characteristic-kind-differs`, `unit-differs`, `limits-missing`, `not-a-decimal`, `attribute-code-unknown`,
 * `sample-duplicate`
 */
export function judgePieces(
  characteristic: InspectionCharacteristic,
  result: CharacteristicResult,
  place: ResultPlace,
): JudgedPieces {
  refuseDuplicates(result, place);
  if (characteristic.kind === 'variable' && result.kind === 'variable')
    return judgeMeasured(characteristic, result, place);
  if (characteristic.kind === 'attribute' && result.kind === 'attribute')
    return judgeChosen(characteristic, result, place);
  throw new QualityError(
    'characteristic-kind-differs',
    `${result.characteristicId} is ${characteristic.kind} in the plan and ${result.kind} in the result`,
    { ...place, remedy: 'Report it as the plan defines it.' },
  );
}

function judgeMeasured(
  characteristic: VariableCharacteristic,
  result: VariableResult,
  place: ResultPlace,
): JudgedPieces {
  const { characteristicId, unit, lowerLimit, upperLimit } = characteristic;
  if (result.unit !== unit)
    throw new QualityError(
      'unit-differs',
      `${characteristicId} is measured in ${result.unit}, the plan asks for ${unit}`,
      {
        key: place.key,
        pointer: `${place.pointer}/unit`,
        remedy: 'Convert the values exactly before they are reported; nothing is converted silently.',
      },
    );
  if (lowerLimit === undefined && upperLimit === undefined)
    throw new QualityError('limits-missing', `the plan gives ${characteristicId} no limit`, {
      ...place,
      remedy: 'Give the plan at least one limit; a nominal value alone decides nothing.',
    });
  const lower = lowerLimit === undefined ? undefined : decimalAt(lowerLimit, place);
  const upper = upperLimit === undefined ? undefined : decimalAt(upperLimit, place);
  const findings = result.samples.flatMap(({ sampleNumber, value }, at): readonly Finding[] => {
    const measured = decimalAt(value, { key: place.key, pointer: `${place.pointer}/samples/${at}/value` });
    if (lower !== undefined && measured < lower)
      return [{ kind: 'below-lower-limit', sampleNumber, value, limit: lowerLimit as string }];
    if (upper !== undefined && measured > upper)
      return [{ kind: 'above-upper-limit', sampleNumber, value, limit: upperLimit as string }];
    return [];
  });
  return judged(result, findings, []);
}

/** A plan without reject codes lets every other code fail; one that lists them has told all the codes that there are. */
function judgeChosen(
  { characteristicId, acceptCodes, rejectCodes }: AttributeCharacteristic,
  result: AttributeResult,
  place: ResultPlace,
): JudgedPieces {
  const accepted = new Set<string>(acceptCodes);
  const defects = new Map<string, DefectCode>(rejectCodes?.map(({ code, defectCode }) => [code, defectCode]));
  const found = new Set<DefectCode>();
  const findings = result.samples.flatMap(({ sampleNumber, code }, at): readonly Finding[] => {
    if (accepted.has(code)) return [];
    const defect = defects.get(code);
    if (defect !== undefined) found.add(defect);
    else if (rejectCodes !== undefined)
      throw new QualityError('attribute-code-unknown', `${characteristicId} has no code ${JSON.stringify(code)}`, {
        key: place.key,
        pointer: `${place.pointer}/samples/${at}/code`,
        remedy: `Choose one of ${[...accepted, ...defects.keys()].join(', ')}.`,
      });
    return [{ kind: 'code-not-accepted', sampleNumber, code }];
  });
  return judged(result, findings, [...found].sort());
}

function judged(
  result: CharacteristicResult,
  findings: readonly Finding[],
  defectCodes: readonly DefectCode[],
): JudgedPieces {
  const nonconforming = findings.flatMap((finding) => ('sampleNumber' in finding ? [finding.sampleNumber] : []));
  return {
    inspected: result.samples.length,
    nonconforming: nonconforming.sort((one, other) => one - other),
    defectCodes,
    findings,
  };
}

function refuseDuplicates(result: CharacteristicResult, place: ResultPlace): void {
  const seen = new Set<number>();
  for (const [at, { sampleNumber }] of result.samples.entries()) {
    if (seen.has(sampleNumber))
      throw new QualityError('sample-duplicate', `${result.characteristicId} has piece ${sampleNumber} twice`, {
        key: place.key,
        pointer: `${place.pointer}/samples/${at}`,
        remedy: 'Give every piece one number and report it once for each characteristic.',
      });
    seen.add(sampleNumber);
  }
}

function decimalAt(text: string, place: ResultPlace): bigint {
  const value = scaled(text);
  if (value === undefined)
    throw new QualityError('not-a-decimal', `${JSON.stringify(text)} is no exact decimal`, {
      ...place,
      remedy: 'Write up to 15 digits before and 9 after the point, as text.',
    });
  return value;
}
