import { readFileSync } from 'node:fs';
import { type B2mmlDocument, b2mmlNamespace, MesError, readXml, writeXml } from '@millwright/mes';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Hostile {
  readonly name: string;
  readonly xml: string;
  readonly repeat?: number;
  readonly part?: string;
  readonly says: string;
}

describe('XML that is refused', () => {
  const cases = parse(readFileSync(new URL('hostile.yaml', import.meta.url), 'utf8')) as readonly Hostile[];
  it.each(cases)('$name', ({ xml, repeat = 0, part = '', says }) => {
    const text = repeat === 0 ? xml : xml.replace('$', () => part.repeat(repeat));
    const start = performance.now();
    let thrown: unknown;
    try {
      readXml(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MesError);
    expect((thrown as MesError).code).toBe('mes/unreadable-document');
    expect((thrown as MesError).message).toContain(says);
    expect((thrown as MesError).message.length).toBeLessThan(1_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('XML that is read', () => {
  const list = (body: string): string => `<JobList xmlns="${b2mmlNamespace}">${body}</JobList>`;

  it('with a prefix, white space, comments, CDATA and references', () => {
    const xml = `<?xml version="1.0"?><!-- a --><b:JobList xmlns:b="${b2mmlNamespace}">
      <b:ID>L&amp;<![CDATA[<1>]]><!-- b -->&#x41;</b:ID>
      <b:Description languageID="en">Night shift</b:Description>
    </b:JobList>`;
    expect(readXml(xml)).toEqual([
      { JobList: { ID: 'L&<1>A', Description: [{ $: 'Night shift', '@languageID': 'en' }] } },
      [],
    ]);
  });
  it('tells elements and attributes that no mapping knows, with their place', () => {
    const body =
      '<ID>1</ID><JobOrder><ID>WO-1</ID></JobOrder><JobOrder x="1"><ID>WO-2</ID><x:Own xmlns:x="urn:x"><ID/></x:Own></JobOrder>';
    expect(readXml(list(body))).toEqual([
      { JobList: { ID: '1', JobOrder: [{ ID: 'WO-1' }, { ID: 'WO-2' }] } },
      [
        { pointer: '/JobList/JobOrder/1/@x', reason: 'no mapping knows the attribute' },
        { pointer: '/JobList/JobOrder/1/Own', reason: 'no mapping knows the element' },
      ],
    ]);
  });
  it('with names of every object, which stay without effect', () => {
    const [document, losses] = readXml(list('<__proto__><polluted>1</polluted></__proto__><constructor/><ID>1</ID>'));
    expect(document).toEqual({ JobList: { ID: '1' } });
    expect(losses).toHaveLength(2);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('XML that is not written', () => {
  const order = (members: object): B2mmlDocument => ({
    JobList: { ID: 'L-1', JobOrder: [{ ID: 'WO-1', ...members }] },
  });
  it.each([
    ['a control character', order({ Description: ['a\u0007'] }), '/JobList/JobOrder/0/Description/0'],
    ['half a surrogate', order({ Description: ['\uD800'] }), '/JobList/JobOrder/0/Description/0'],
    [
      'markup as the name of an attribute',
      order({ WorkMasterID: { $: 'R', '@a="1"><b': '1' } }),
      '/JobList/JobOrder/0/WorkMasterID',
    ],
    ['an element that is not in the table', order({ '<x/>': 'a' }), '/JobList/JobOrder/0/<x/>'],
  ])('%s', (_name, document, pointer) => {
    try {
      writeXml(document);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'mes/lossy-conversion', businessKey: 'WO-1', pointer });
    }
  });
  it('is not markup, whatever a text holds', () => {
    const text = `]]></Description><ID>x</ID> & "quotes" \r\n\t é 😀`;
    const [read] = readXml(writeXml(order({ Description: [text] })));
    expect(read).toEqual(order({ Description: [text] }));
  });
});
