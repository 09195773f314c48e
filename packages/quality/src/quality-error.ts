/** Codes of the refusals of this package; they never change their meaning. */
export type QualityErrorCode =
  | 'acceptable-quality-limit-unknown'
  | 'approval-missing'
  | 'attribute-code-unknown'
  | 'characteristic-duplicate'
  | 'characteristic-kind-differs'
  | 'characteristic-missing'
  | 'characteristic-unknown'
  | 'code-letter-unknown'
  | 'deviation-not-usable'
  | 'entry-condition-missing'
  | 'evidence-missing'
  | 'inspection-discontinued'
  | 'limits-missing'
  | 'lot-size-unusable'
  | 'not-a-decimal'
  | 'object-differs'
  | 'object-unknown'
  | 'plan-differs'
  | 'release-blocked'
  | 'sample-duplicate'
  | 'signature-missing'
  | 'state-final'
  | 'state-unknown'
  | 'transition-not-allowed'
  | 'unit-differs';

/** What a refusal says beside its sentence. */
export interface QualityErrorDetails {
  /** Business key of the object that is refused, such as `PL01/NC-2026-0017`; absent when no object is involved. */
  readonly key?: string;
  /** JSON pointer into that object. */
  readonly pointer?: string;
  /** What the reader can do. */
  readonly remedy: string;
}

/** An object or a question is refused: nothing was decided or changed. */
export class QualityError extends Error {
  override readonly name = 'QualityError';
  readonly code: QualityErrorCode;
  readonly key: string | undefined;
  readonly pointer: string | undefined;
  readonly remedy: string;

  constructor(code: QualityErrorCode, message: string, details: QualityErrorDetails) {
    super(`${details.key === undefined ? '' : `${details.key}: `}${message}. ${details.remedy}`);
    this.code = code;
    this.key = details.key;
    this.pointer = details.pointer;
    this.remedy = details.remedy;
  }
}
