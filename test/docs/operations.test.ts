import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePlant } from '../cli/plant-stores.ts';
import { root, workplace } from '../cli/run-cli.ts';

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const [config = ''] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

/** Commands of the page with what they print; words in quotes are one argument. */
const samples = [...page.matchAll(/^```\n(\$ [\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
  block
    .split(/^\$ millwright /m)
    .slice(1)
    .map((sample) => {
      const [line = '', ...output] = sample.split('\n');
      const args = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
      return { line, args, output: output.join('\n') };
    }),
);

const place = workplace();

describe('the page of operations', () => {
  it('shows commands that print what it says, one after the other', async () => {
    await makePlant(place.path('erp.db'), place.path('mes.db'));
    cpSync(join(root, 'schemas'), place.path('contracts'), { recursive: true });
    place.write({ 'millwright.config.ts': config });
    expect(samples.length).toBe(7);
    for (const { line, args, output } of samples) {
      const environment = { NO_COLOR: '1', MES_STORE: 'sqlite:mes.db' };
      const { stdout, stderr } = place.run(args, { environment });
      expect(stderr, line).not.toContain('error');
      // Of a long answer the page shows the beginning.
      expect(stdout.slice(0, output.length), line).toBe(output);
    }
  });

  it('names flags and commands that exist', () => {
    const reference = readFileSync(join(root, 'docs/reference/commands.md'), 'utf8');
    for (const [flag] of page.matchAll(/--[a-z-]+/g)) expect(reference).toContain(`\`${flag}`);
    for (const [, command] of page.matchAll(/`(dlq [a-z]+|audit [a-z]+|trace|replay)\b/g))
      expect(reference).toContain(`## millwright ${command}\n`);
  });
});
