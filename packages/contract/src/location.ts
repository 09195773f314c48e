/** A place in a source file. `line` and `column` count from 1, `column` in UTF-16 units; `pointer` is RFC 6901. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
}
