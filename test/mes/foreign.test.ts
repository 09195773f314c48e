import { readFileSync } from 'node:fs';
import type { JobOrder, JobResponse, Mapped, MappingOptions } from '@millwright/mes';
import {
  jobOrderToWorkOrder,
  jobResponseToMaterialConsumption,
  jobResponseToOperationStatus,
  jobResponseToProductionConfirmation,
  MesError,
} from '@millwright/mes';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { roundTrips } from './round-trip.ts';

type Value = Record<string, unknown>;
interface Case {
  readonly name: string;
  readonly object: keyof typeof readers;
  readonly change: Value;
  /** Named value of a list that is taken away. */
  readonly drop?: string;
  readonly units?: Readonly<Record<string, string>>;
}
interface Refused extends Case {
  readonly code: string;
  readonly pointer: string;
  readonly fix: string;
}
interface Foreign extends Case {
  readonly want?: Value;
  readonly losses: readonly object[];
}

const readers = {
  WorkOrder: jobOrderToWorkOrder,
  ProductionConfirmation: jobResponseToProductionConfirmation,
  OperationStatus: jobResponseToOperationStatus,
  MaterialConsumption: jobResponseToMaterialConsumption,
} satisfies Record<string, (value: JobOrder & JobResponse, options?: MappingOptions) => Mapped<unknown>>;

/** The element that the example of the contract becomes, changed. */
function elementOf({ object, change, drop }: Case): JobOrder & JobResponse {
  const { examples, toDocument } = roundTrips.find((each) => each.object === object) as (typeof roundTrips)[number];
  const contract = parse(readFileSync(new URL(`../../schemas/objects/${examples}.yaml`, import.meta.url), 'utf8'));
  const document = JSON.parse(JSON.stringify(toDocument(contract.examples[0] as never)[0]));
  const element = document.JobList?.JobOrder[0] ?? document.JobResponseList.JobResponse[0];
  if (drop !== undefined)
    element.JobResponseData = element.JobResponseData.filter(({ ID }: { readonly ID: string }) => ID !== drop);
  for (const [path, value] of Object.entries(change)) {
    const segments = path.split('/');
    const last = segments.pop() as string;
    const holder = segments.reduce((at, segment) => at[segment], element);
    if (value === null) delete holder[last];
    else if (Array.isArray(holder) && Number(last) > holder.length) holder.push(value);
    else holder[last] = value;
  }
  return element;
}

const cases = <Kind>(file: string): readonly Kind[] => parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

describe('B2MML that is no canonical object', () => {
  it.each(cases<Refused>('refused.yaml'))('$object: $name', (refused) => {
    const element = elementOf(refused);
    const read = (): unknown => readers[refused.object](element);
    expect(read).toThrow(MesError);
    try {
      read();
    } catch (error) {
      const { code, pointer, businessKey, fix, message } = error as MesError;
      expect({ code, pointer: pointer.replace(/(Parameter)\/\d+/, '$1/9') }).toEqual({
        code: refused.code,
        pointer: refused.pointer,
      });
      expect(businessKey).toBe(element.ID);
      expect(fix).toContain(refused.fix);
      expect(message).toContain(fix);
    }
  });
});

describe('B2MML of others', () => {
  it.each(cases<Foreign>('foreign.yaml'))('$object: $name', (foreign) => {
    const [value, losses] = readers[foreign.object](elementOf(foreign), {
      units: foreign.units ?? {},
    }) as Mapped<object>;
    expect(value).toMatchObject(foreign.want ?? {});
    expect(
      losses.map(({ pointer, reason }) => ({ pointer: pointer.replace(/(Parameter)\/\d+/, '$1/9'), reason })),
    ).toEqual(foreign.losses);
  });
});
