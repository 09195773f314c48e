/** What can be wrong with an object that is to cross the border to an execution system, or with what is reported to the one of this package. */
export type MesErrorCode =
  | 'mes/unknown-unit'
  | 'mes/unknown-code'
  | 'mes/lossy-conversion'
  | 'mes/not-canonical'
  | 'mes/other-object'
  | 'mes/unreadable-document'
  | 'mes/unknown-order'
  | 'mes/transition-not-allowed'
  | 'mes/over-confirmation'
  | 'mes/lot-quantity-differs'
  | 'mes/lot-on-hold';

/** Nothing was mapped. Says which object, where in it, and what to do; a consumer gives the message to its dead letters. */
export class MesError extends Error {
  override readonly name = 'MesError';
  readonly code: MesErrorCode;
  /** Number of the order or identifier of the record; empty where the document could not be read so far. */
  readonly businessKey: string;
  /** JSON Pointer into what was given. */
  readonly pointer: string;
  readonly fix: string;

  constructor(
    code: MesErrorCode,
    message: string,
    at: { readonly key: string; readonly pointer: string },
    fix: string,
  ) {
    super(`${at.key === '' ? '' : `${at.key}: `}${at.pointer === '' ? '' : `${at.pointer}: `}${message}. ${fix}`);
    this.code = code;
    this.businessKey = at.key;
    this.pointer = at.pointer;
    this.fix = fix;
  }
}
