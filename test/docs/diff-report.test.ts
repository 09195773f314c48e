import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, workplace } from '../cli/run-cli.ts';

const page = readFileSync(join(root, 'docs/diff-report.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

describe('the page of the JSON report', () => {
  const place = workplace();

  it('shows what the command writes', () => {
    const old = block('yaml');
    const revised = old.replace('maxLength: 40', 'maxLength: 4').replace('version: 1.0.0', 'version: 2.0.0');
    place.write({ 'old.yaml': old, 'new.yaml': revised });
    expect(place.run(['diff', 'old.yaml', 'new.yaml', '--format', 'json']).stdout).toBe(block('json'));
  });
});
