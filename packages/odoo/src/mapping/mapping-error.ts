import type { OdooError } from '../odoo-error.ts';

/** What can be wrong with an object that is to cross the border to Odoo. */
export type MappingErrorCode =
  | 'odoo/not-canonical'
  | 'odoo/unknown-unit'
  | 'odoo/unknown-code'
  | 'odoo/unknown-reference'
  | 'odoo/ambiguous-key'
  | 'odoo/lossy-conversion'
  | 'odoo/wrong-company'
  | 'odoo/differs'
  | 'odoo/obsolete'
  | 'odoo/wrong-lot'
  | 'odoo/over-consumption'
  | 'odoo/already-closed'
  | 'odoo/asks-first'
  | 'odoo/missing-right'
  | 'odoo/missing-field'
  | 'odoo/refused'
  | 'odoo/not-reached';

/** Nothing of the object was written. Says which object, where in it, and what to do; a consumer gives the message to its dead letters. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly code: MappingErrorCode;
  /** Number of the object, with its plant where it has one. */
  readonly businessKey: string;
  /** JSON Pointer into the canonical object; empty where all of it is meant. */
  readonly pointer: string;
  readonly fix: string;

  constructor(
    code: MappingErrorCode,
    message: string,
    at: { readonly key: string; readonly pointer: string; readonly cause?: unknown },
    fix: string,
  ) {
    super(
      `${at.key === '' ? '' : `${at.key}: `}${at.pointer === '' ? '' : `${at.pointer}: `}${message}. ${fix}`,
      at.cause === undefined ? undefined : { cause: at.cause },
    );
    this.code = code;
    this.businessKey = at.key;
    this.pointer = at.pointer;
    this.fix = fix;
  }
}

/** What the answer of the server means to the sender of an object. */
export function refused(error: OdooError, key: string): MappingError {
  const [code, fix] = meanings[error.code] ?? unreached;
  return new MappingError(code, error.message, { key, pointer: '', cause: error }, fix);
}

const unreached = ['odoo/not-reached', 'Send it again: what was written is found by its business key.'] as const;
const meanings: { readonly [Code in OdooError['code']]?: readonly [MappingErrorCode, string] } = {
  forbidden: ['odoo/missing-right', 'Give the user of the API key the right that the message names.'],
  unauthorised: ['odoo/missing-right', 'Check login, key and database.'],
  'wrong-field': ['odoo/missing-field', 'Run prepareOdoo, introspect the database again and compare the snapshots.'],
  'unknown-method': [
    'odoo/missing-field',
    'Install the module that has the model, or introspect again after an upgrade.',
  ],
  validation: ['odoo/refused', 'Correct what Odoo names, and send it again.'],
  missing: ['odoo/refused', 'The record was deleted meanwhile; send it again.'],
};
