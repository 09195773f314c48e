import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { B2mmlDocument } from '@millwright/mes';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** What MESA's JSON Schema says of a document; nothing where it is valid. */
export function jsonJudge(corpus: string): (document: B2mmlDocument) => readonly string[] {
  const { $id: _withFragment, ...schema } = JSON.parse(readFileSync(join(corpus, 'Schema/AllSchemas.json'), 'utf8'));
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false });
  const validate = ajv.compile(schema);
  return (document) => {
    validate(document);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

export const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

/** What MESA's XSD says of XML, by xmllint; nothing where it is valid. */
export function xmlJudge(corpus: string): (xml: string) => readonly string[] {
  const schemas = { JobList: 'B2MML-WorkSchedule.xsd', JobResponseList: 'B2MML-WorkPerformance.xsd' };
  return (xml) => {
    const root = xml.includes('<JobList ') ? 'JobList' : 'JobResponseList';
    const schema = join(corpus, 'Schema', schemas[root]);
    const { status, stderr } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', schema, '-'], {
      input: xml,
      encoding: 'utf8',
    });
    return status === 0 ? [] : stderr.split('\n').filter((line) => line !== '');
  };
}
