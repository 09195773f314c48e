import { type Ended, type Workplace, workplace } from './run-cli.ts';

/** JSON of `millwright diff`, as far as the tests read it. */
export interface DiffJson {
  readonly format: string;
  readonly verdict: string;
  readonly requiredBump: string;
  readonly base: { readonly file: string; readonly version: string };
  readonly revision: { readonly file: string; readonly version: string };
  readonly relation?: Readonly<Record<string, unknown>>;
  readonly faults?: readonly { readonly code: string; readonly location: { readonly line: number } }[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly operation?: string;
    readonly message: string;
    readonly location: { readonly file: string; readonly line: number; readonly pointer: string };
    readonly was?: { readonly file: string; readonly line: number };
    readonly fingerprint: string;
    readonly proof: { readonly kind: string; readonly instance?: unknown; readonly acceptedBy?: string };
    readonly approval?: { readonly who: string };
  }[];
}

/** A folder of its own for every test, with the command run in it. */
export interface DiffPlace extends Workplace {
  readonly diff: (...args: readonly string[]) => Ended;
  readonly json: (...args: readonly string[]) => DiffJson;
}

export function diffPlace(): DiffPlace {
  const place = workplace();
  const diff = (...args: readonly string[]): Ended => place.run(['diff', ...args]);
  const json = (...args: readonly string[]): DiffJson =>
    JSON.parse(diff(...args, '--format', 'json').stdout) as DiffJson;
  return { ...place, diff, json };
}

const api = (order: string, more = ''): string => `openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'201': {description: ok}}
${more}components:
  schemas:
    Order: ${order}
`;
export const old = api(
  '{type: object, required: [id], properties: {id: {type: string, maxLength: 40}, note: {type: string}}}',
);
export const stricter = api(
  '{type: object, required: [id, note], properties: {id: {type: string, maxLength: 20}, note: {type: string}}}',
).replace('1.0.0', '1.1.0');
export const wider = api('{type: object, properties: {id: {type: string, maxLength: 40}, note: {type: string}}}');
export const schema = (body: string): string => `{"$schema":"https://json-schema.org/draft/2020-12/schema",${body}}`;
