import { type B2mmlElement, type B2mmlValue, type JobResponse, textOf } from '../b2mml/element.ts';
import type { Mapped } from '../loss.ts';
import { MesError } from '../mes-error.ts';
import { Cursor } from './cursor.ts';
import { append, type Field, type Json, type JsonObject, readFields, set, writeFields } from './field.ts';
import { checked, type MappingOptions, tellEmptyLists, trailOf } from './finish.ts';
import type { NamedValues } from './named.ts';

/** Canonical objects that are told as job responses. */
export type RespondedObject = 'OperationStatus' | 'ProductionConfirmation' | 'MaterialConsumption';

const objectId = 'canonicalObject';

/** The values of a job response with a name, for one canonical object. */
export function dataOf(object: RespondedObject): NamedValues & { readonly child: string } {
  return { list: 'JobResponseData', child: 'SegmentDataChild', object };
}

/** Which canonical object a job response was made of; undefined for one of somebody else, whose reader must know. */
export function canonicalObjectOf(response: JobResponse): string | undefined {
  const data = (response as B2mmlElement)['JobResponseData'];
  const marks = Array.isArray(data) ? (data as readonly B2mmlElement[]) : [];
  const mark = marks.find((each) => textOf(each?.['ID']) === objectId);
  const [value] = (Array.isArray(mark?.['Value']) ? mark['Value'] : []) as readonly B2mmlElement[];
  return textOf(value?.['ValueString']);
}

/** Tells the objects apart, which share one element. */
export function objectMark(object: RespondedObject): Field {
  return {
    properties: [],
    element: `JobResponseData ${objectId}`,
    write: (_from, into) =>
      append(into, 'JobResponseData', { ID: objectId, Value: [{ ValueString: object, DataType: 'string' }] }),
    read: (from) => {
      for (const mark of from.children('JobResponseData', (element) => textOf(element['ID']) === objectId)) {
        const told = mark.children('Value')[0]?.text('ValueString');
        if (told !== object)
          throw new MesError(
            'mes/other-object',
            `the job response tells of a ${told ?? 'thing without a name'}`,
            { key: from.trail.key, pointer: mark.pointer },
            `Read it with the mapping of that object, not of ${object}.`,
          );
      }
    },
  };
}

/** Equipment by its use; the standard has no element for the machine beside the work center. */
export function equipment(property: string, use: string): Field {
  return resource(property, { list: 'EquipmentActual', id: 'EquipmentID', useElement: 'EquipmentUse', use });
}

/** A person or a class of persons by its use. */
export function personnel(property: string, id: 'PersonID' | 'PersonnelClassID', use: string): Field {
  return resource(property, { list: 'PersonnelActual', id, useElement: 'PersonnelUse', use });
}

interface Resource {
  readonly list: string;
  readonly id: string;
  readonly useElement: string;
  readonly use: string;
}

function resource(property: string, { list, id, useElement, use }: Resource): Field {
  return {
    properties: [property],
    element: `${list}/${id} of ${useElement} ${use}`,
    write: (from, into) => {
      const value = from[property];
      if (value !== undefined) append(into, list, { ID: String(value), [id]: [String(value)], [useElement]: use });
    },
    read: (from, into: Record<string, Json>) => {
      const [found, other] = from.children(list, (element) => textOf(element[useElement]) === use);
      if (other !== undefined) throw other.wrong(useElement, `a second one of the use ${use} is not mapped`);
      if (found === undefined) return;
      found.take(useElement);
      const own = found.text('ID');
      const value = found.text(id) ?? own;
      if (own !== value) found.lose('ID', 'the identifier of the resource is read');
      set(into, property, value);
      found.end();
    },
  };
}

/** What a mapping to a job response is made of. */
export interface ResponseMapping {
  readonly object: RespondedObject;
  readonly fields: readonly Field[];
  keyOf(value: JsonObject): string;
}

export function toJobResponse({ fields, keyOf }: ResponseMapping, value: object): Mapped<JobResponse> {
  const from = value as JsonObject;
  const trail = trailOf(keyOf(from));
  tellEmptyLists(value, trail);
  const response = writeFields(fields, from, { pointer: '', trail });
  return [response as Record<string, B2mmlValue> & { readonly ID: B2mmlValue }, trail.losses];
}

export function fromJobResponse<Type>(
  { object, fields }: ResponseMapping,
  response: JobResponse,
  options?: MappingOptions,
): Mapped<Type> {
  const trail = trailOf(textOf(response.ID) ?? '', options);
  const value = readFields(fields, new Cursor(response, '', trail));
  return [checked<Type>(object, value, trail), trail.losses];
}
