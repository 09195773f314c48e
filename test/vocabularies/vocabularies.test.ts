import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { vocabularies } from '../../generators/src/vocabularies/index.ts';
import { load, options, write } from '../client/generate.ts';

describe('the mappings of vocabularies', () => {
  it('are constants with what the contract says, whatever its texts hold, and without code lists that have none', async () => {
    const contract = await load(new URL('vocabularies.yaml', import.meta.url));
    const [files, diagnostics] = vocabularies.generate(contract, options);
    expect(diagnostics).toEqual([]);
    const made = await import(/* @vite-ignore */ pathToFileURL(join(write(files), 'vocabularies.ts')).href);
    const off = "it's */ `off`";
    expect({ ...made }).toEqual({
      lampMappings: {
        alpha: {
          ...{ system: 'Alpha', field: 'lamp', loss: 'narrowing', reason: 'It has one lamp.' },
          ...{ toSystem: { red: '1', [off]: '1' }, fromSystem: { 1: 'red' } },
        },
        zeta: {
          ...{ system: 'Zeta 1', field: 'lamp', loss: 'one-to-one' },
          ...{ toSystem: { red: 'R', [off]: 'O' }, fromSystem: { R: 'red', O: off } },
        },
      },
    });
    expect(Object.keys(made.lampMappings)).toEqual(['alpha', 'zeta']);
  });
  it('make no file where a contract has none', async () => {
    const contract = await load(new URL('../types/fixtures/schemas.yaml', import.meta.url));
    expect(vocabularies.generate(contract, options)).toEqual([[], []]);
  });
});
