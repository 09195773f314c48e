import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeXml } from '@millwright/mes';
import { describe, expect, it } from 'vitest';
import { membersOfType } from '../../packages/mes/src/b2mml/members.ts';
import { describeCorpus } from '../corpora/corpus.ts';
import { hasXmllint, jsonJudge, xmlJudge } from './judges.ts';
import { roundTrips } from './round-trip.ts';

const examples = fileURLToPath(new URL('../../schemas/examples/', import.meta.url));
const documents = roundTrips.flatMap(({ examples: folder, toDocument }) =>
  globSync(`${folder}/valid/*.json`, { cwd: examples })
    .sort()
    .map((file) => [file, toDocument(JSON.parse(readFileSync(join(examples, file), 'utf8')) as never)[0]] as const),
);
/** Types of the standard whose names differ from those of the table. */
const mesaTypes: Readonly<Record<string, string>> = {
  JobList: 'JobListType',
  JobOrder: 'JobOrderType',
  JobResponseList: 'JobResponseListType',
  JobResponse: 'JobResponseType',
  Parameter: 'ParameterType',
  HierarchyScope: 'HierarchyScopeType',
  Location: 'ResourceLocationType',
  Value: 'ValueType',
  Quantity: 'QuantityValueType',
};

describeCorpus('b2mml', (corpus) => {
  describe('MESA JSON Schema', () => {
    const judge = jsonJudge(corpus);
    it.each(documents)('accepts %s', (_name, document) => expect(judge(document)).toEqual([]));
    it('refuses what is none', () => {
      expect(judge({ JobList: { JobOrder: [{ Id: 'x' }] } } as never)).not.toEqual([]);
    });
  });

  describe('MESA XSD', () => {
    if (!hasXmllint) it.skip('needs xmllint (Debian: libxml2-utils)');
    else {
      const judge = xmlJudge(corpus);
      it.each(documents)('accepts %s', (_name, document) => expect(judge(writeXml(document))).toEqual([]));
      it('refuses elements in another order', () => {
        const xml = writeXml(documents[0]?.[1] as never);
        expect(
          judge(xml.replace(/(<ID>.*?<\/ID>)(<JobOrder>)(<ID>.*?<\/ID>)(.*)<\/JobOrder>/, '$1$2$4$3</JobOrder>')),
        ).not.toEqual([]);
      });
    }
  });

  describe('the table of elements', () => {
    const xsd = globSync('Schema/B2MML-*.xsd', { cwd: corpus })
      .map((file) => readFileSync(join(corpus, file), 'utf8'))
      .join('\n');
    it.each(Object.entries(membersOfType))('%s has the order and the repetition of MESA', (type, members) => {
      const elements = elementsOf(xsd, mesaTypes[type] ?? `Op${type}Type`);
      const known = elements.filter(({ name }) => members.some(([member]) => member === name));
      expect(known).toEqual(members.map(([name, , many]) => ({ name, many: many === 'many' })));
    });
  });
});

function elementsOf(xsd: string, type: string): readonly { readonly name: string; readonly many: boolean }[] {
  const body = new RegExp(`complexType\\s+name\\s*=\\s*"${type}"[^]*?</xsd:complexType>`).exec(xsd)?.[0] ?? '';
  return [...body.matchAll(/<xsd:element\s[^>]*>/g)].map(([element]) => ({
    name: /name\s*=\s*"(\w+)"/.exec(element)?.[1] ?? '',
    many: /maxOccurs\s*=\s*"unbounded"/.test(element),
  }));
}
