/** Content of an element as B2MML-JSON writes it: `$` is the text and `@name` an attribute where there are attributes. */
export type B2mmlValue = string | number | boolean | B2mmlElement | readonly B2mmlValue[];
export interface B2mmlElement {
  readonly [name: string]: B2mmlValue;
}

/** ISA-95 Job Order (part 4): work for one order. */
export type JobOrder = B2mmlElement & { readonly ID: B2mmlValue };
/** ISA-95 Job Response (part 4): what came of a job order. */
export type JobResponse = B2mmlElement & { readonly ID: B2mmlValue };

/** The documents that are exchanged; one root element each. */
export type B2mmlDocument =
  | { readonly JobList: { readonly ID: B2mmlValue; readonly JobOrder: readonly JobOrder[] } }
  | { readonly JobResponseList: { readonly ID: B2mmlValue; readonly JobResponse: readonly JobResponse[] } };

export function isElement(value: unknown): value is B2mmlElement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text of a simple element with or without attributes; undefined for what has children. */
export function textOf(value: B2mmlValue | undefined): string | undefined {
  const text = isElement(value) ? value['$'] : value;
  return typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean' ? String(text) : undefined;
}
