import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Contract, loadContract } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { findContracts } from '../../cli/src/input/find-contracts.ts';
import { chanceOf } from '../../cli/src/mock/random.ts';
import { sampleOf } from '../../cli/src/mock/sample.ts';
import { PayloadChecker } from '../../cli/src/validate/payload-checker.ts';
import { root } from '../cli/run-cli.ts';

async function contractOf(...paths: readonly string[]): Promise<Contract> {
  const [contract, diagnostics] = await loadContract({ entries: findContracts(paths, root) });
  if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return contract;
}

const corpora = join(root, '../shared/corpora');
/** Public contracts, and the answers for which there is no value: a pattern there is no regular expression of JavaScript. */
const specs: readonly (readonly [file: string, unanswered: readonly string[]])[] = [
  ['katana/katana-openapi.yaml', []],
  ['eryxon-mes/openapi.json', []],
  [
    'epcis/rest/openapi.json',
    [
      'get /queries/{queryName}/subscriptions 200',
      'post /queries/{queryName}/subscriptions 201',
      'get /queries/{queryName}/subscriptions/{subscriptionID} 200',
    ],
  ],
];

/** Schemas of answers for which no value is found, by their operations. */
function unanswered(contract: Contract): readonly string[] {
  const checker = new PayloadChecker(contract, 'strict');
  return contract.operations.flatMap(({ id, responses }) =>
    responses.flatMap(({ status, content }) =>
      content.flatMap(({ mediaType, schema }) => {
        if (schema === undefined || !/[/+]json/.test(mediaType)) return [];
        const made = sampleOf(schema, chanceOf(`${id} ${status}`), checker);
        if (made === undefined) return [`${id} ${status}`];
        expect(checker.check(schema, made), `${id} ${status}`).toEqual([]);
        expect(sampleOf(schema, chanceOf(`${id} ${status}`), checker)).toEqual(made);
        return [];
      }),
    ),
  );
}

describe('answers that are made up', () => {
  it('fit every schema of an answer of the canonical contracts, and are the same for the same seed', async () => {
    expect(unanswered(await contractOf('schemas'))).toEqual([]);
  }, 60_000);

  for (const [file, expected] of specs)
    it.skipIf(!existsSync(corpora))(`fit the answers of ${file}`, { timeout: 60_000 }, async () => {
      expect(unanswered(await contractOf(join(corpora, file)))).toEqual(expected);
    });
});
