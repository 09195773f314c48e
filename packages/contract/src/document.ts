import type { JsonValue } from './json.ts';

/** A file as it was read: its text, its value and the means to find a place in it. */
export interface SourceDocument {
  /** Path as shown to people: relative to the working directory where possible. */
  readonly file: string;
  /** Absolute URI it was read from (`file:///...`); fragments and `$id` are not part of it. */
  readonly uri: string;
  readonly syntax: 'json' | 'yaml';
  readonly text: string;
  readonly value: JsonValue;
}
