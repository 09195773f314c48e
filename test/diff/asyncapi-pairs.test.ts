import { globSync, readFileSync } from 'node:fs';
import type { JsonObject } from '@millwright/contract';
import { type DiffFinding, diff } from '@millwright/diff';
import { expect, it } from 'vitest';
import { describeCorpus } from '../corpora/corpus.ts';
import { messageContract } from './message-contract.ts';

interface Question {
  readonly id: number;
  readonly schema1: JsonObject | boolean;
  readonly schema2: JsonObject | boolean;
  readonly tests: { readonly s1SubsetEqOfs2?: boolean; readonly s2SubsetEqOfs1?: boolean };
}

const exceptions = JSON.parse(
  readFileSync(new URL('containment-exceptions.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

/** Pairs that containment sees otherwise than who reads messages does. */
const others: Readonly<Record<string, string>> = {
  'draft2020-12/unions/content.json 4':
    'contentSchema is an annotation for containment; the document in the text travels as well.',
};

const formats = {
  'draft2020-12': 'application/schema+json;version=2020-12',
  draft7: 'application/schema+json;version=draft-07',
} as const;

/** Formats and other annotations are judged by the table: they change no value that travels. */
const isNoticed = ({ severity, proof }: DiffFinding): boolean => severity !== 'info' && proof.kind !== 'structural';
const isUnproven = ({ proof }: DiffFinding): boolean => proof.kind === 'unproven';

/**
 * No public corpus has pairs of AsyncAPI documents, so these are made of the pairs of schemas: what the application receives may
 * only widen, what it sends may only narrow.
 */
describeCorpus('json-schema-containment', (folder) => {
  it('judges messages sent and received as the labels of their payloads demand', { timeout: 240_000 }, async () => {
    const wrong: string[] = [];
    const count = { right: 0, unproven: 0, unreadable: 0 };
    for (const file of globSync(`${folder}draft*/**/*.json`).sort()) {
      const name = file.slice(folder.length);
      const format = formats[name.slice(0, name.indexOf('/')) as keyof typeof formats];
      for (const { id, schema1, schema2, tests } of JSON.parse(readFileSync(file, 'utf8')) as readonly Question[]) {
        if ((exceptions[`${name} ${id}`] ?? others[`${name} ${id}`]) !== undefined) continue;
        for (const [action, isSafe] of [
          ['receive', tests.s1SubsetEqOfs2],
          ['send', tests.s2SubsetEqOfs1],
        ] as const) {
          if (isSafe === undefined) continue;
          const base = await messageContract(schema1, action, format);
          const revision = await messageContract(schema2, action, format);
          if (base === undefined || revision === undefined) {
            count.unreadable += 1;
            continue;
          }
          const noticed = diff(base, revision).findings.filter(isNoticed);
          if (noticed.length > 0 && noticed.every(isUnproven)) count.unproven += 1;
          else if (noticed.length > 0 === isSafe) wrong.push(`${name} ${id} ${action}`);
          else count.right += 1;
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count.right).toBeGreaterThan(2_500);
    expect(count.unproven + count.unreadable).toBeLessThan(0.02 * count.right);
  });
});
