// The peer as it is meant to be used: JSON Schema 2020-12, formats checked in full, the first error ends a check.

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** `strict: false` says only that the schemas were written for another tool; it changes no verdict and costs nothing. */
export function compilerOf(settings = {}) {
  return addFormats.default(new Ajv2020({ strict: false, allErrors: false, ...settings }), { mode: 'full' });
}
