// Argument 1: a file `{ document, references }`. Imports the peer and compiles every reference, as an application would at start.
import { readFileSync } from 'node:fs';
import { compilerOf } from './ajv-compiler.mjs';

const { document, references } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const ajv = compilerOf().addSchema(document, 'all');
for (const reference of references)
  if (ajv.getSchema(`all${reference}`) === undefined) throw new Error(`not compiled: ${reference}`);
