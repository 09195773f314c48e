import { type Diagnostic, locate, type SourceDocument } from '@millwright/contract';

/** What keeps a workflow from being compiled. */
export type FlowProblemCode =
  /** A part of Arazzo, or a use of it, that no process manager is made of. */
  | 'generate/flow-unsupported'
  /** A name that leads nowhere, or to what no function is generated for. */
  | 'generate/flow-reference-unknown'
  /** An expression or condition that cannot be read, or reads what is not there. */
  | 'generate/flow-expression-invalid'
  /** A parameter that the operation does not have, or one that it needs and is not given. */
  | 'generate/flow-parameter-mismatch'
  /** A step that a person decides, and nothing says who. */
  | 'generate/flow-approver-unknown';

export interface FlowProblem {
  readonly code: FlowProblemCode;
  readonly message: string;
  readonly fix: string;
  readonly pointer: string;
}

const why = 'The workflow is not compiled, nor are those that lead to it.';

export function diagnosticOf(document: SourceDocument, { code, message, fix, pointer }: FlowProblem): Diagnostic {
  return { code, severity: 'warning', message, why, fix, location: locate(document, pointer) };
}
