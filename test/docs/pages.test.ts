import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Contract, roles } from '@millwright/contract';
import { diffRules } from '@millwright/diff';
import { rules } from '@millwright/lint';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalContract, filesOf } from '../../.ci/docs/canonical.ts';
import { anchor } from '../../.ci/docs/markdown.ts';
import { pages } from '../../.ci/docs/pages.ts';
import { commands } from '../../cli/src/program/commands.ts';
import { explanations } from '../../cli/src/program/explanations.ts';
import { root } from '../cli/run-cli.ts';

describe('reference pages', () => {
  let made: ReadonlyMap<string, string> = new Map();
  let contract: Contract;
  beforeAll(async () => {
    made = await pages();
    contract = await canonicalContract();
  }, 60_000);
  const page = (name: string): string => made.get(`docs/reference/${name}`) ?? '';
  const headings = (text: string): readonly string[] =>
    [...text.matchAll(/^#{1,3} (.+)$/gm)].map(([, heading]) => heading as string);

  it('hold a section for each command, rule, object, event and vocabulary', () => {
    expect(headings(page('commands.md'))).toEqual(
      expect.arrayContaining(commands.map(({ name }) => `millwright ${name}`)),
    );
    expect(headings(page('rules/lint.md')).slice(1)).toEqual(rules.map(({ id }) => id));
    expect(headings(page('objects.md')).slice(1)).toEqual(filesOf(contract, 'objects').map(({ name }) => name));
    expect(headings(page('vocabularies.md')).slice(1)).toEqual(
      filesOf(contract, 'vocabularies').map(({ name }) => name),
    );
    expect(headings(page('events.md')).slice(1)).toEqual(
      contract.channels.flatMap(({ messages }) => messages.map(({ name }) => name)).sort(),
    );
  });

  it('hold a section for each code of diff and for no other, each with a change and what is found', () => {
    const areas = [...new Set(diffRules.map(({ area }) => area))];
    for (const area of areas) {
      const text = page(`rules/${area}.md`);
      expect(page('rules/README.md')).toContain(`(${area}.md)`);
      expect(headings(text).slice(1)).toEqual(diffRules.filter((rule) => rule.area === area).map(({ code }) => code));
      for (const section of text.split(/^## /m).slice(1)) {
        expect(section).toMatch(/\n```diff\n(.*\n)*?[-+].*\n/);
        expect(section).toMatch(/\n```text\n(error|warning|info): \S/);
      }
    }
  });

  it('name each operation with somebody who may call it', () => {
    for (const { method, path, operationId } of contract.operations) {
      const row = page('apis.md')
        .split('\n')
        .find((line) => line.startsWith(`| \`${method.toUpperCase()} ${path}\` |`));
      expect(row, `${method} ${path}`).toContain(`\`${operationId}\``);
      expect(
        roles.some((role) => row?.split('|')[4]?.includes(role)),
        `${method} ${path}`,
      ).toBe(true);
    }
  });

  it('give each object exactly one system of record in the matrix', () => {
    const [, matrix = ''] = page('governance.md').split(/^## .*$/m);
    const rows = matrix.split('\n').filter((line) => line.startsWith('| ['));
    expect(rows.length).toBe(filesOf(contract, 'objects').length);
    for (const row of rows) expect(row.match(/\*\*[CUR·]+\*\*/g), row).toHaveLength(1);
  });

  it('explain every code that is no rule', () => {
    const sections = new Set([...rules.map(({ id }) => id), ...diffRules.map(({ code }) => code)]);
    for (const { code } of explanations)
      if (!sections.has(code)) expect(page('diagnostics.md')).toContain(`\`${code}\``);
  });

  it('lead nowhere wrong: every link has its file and its heading', () => {
    const broken: string[] = [];
    for (const [path, text] of made)
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (!path.endsWith('.md') || /^[a-z]+:/.test(target)) continue;
        const [file = '', fragment] = target.split('#');
        const there = file === '' ? path : join(dirname(path), file);
        const known = made.get(there);
        const exists = known !== undefined || existsSync(join(root, there));
        if (
          !exists ||
          (fragment !== undefined && !headings(known ?? '').some((heading) => anchor(heading) === fragment))
        )
          broken.push(`${path}: ${target}`);
      }
    expect(broken).toEqual([]);
  });

  it('have tables whose rows are as wide as their heads: a bar in a text would shift the cells', () => {
    for (const [path, text] of made) {
      let width = 0;
      for (const line of text.split('\n')) {
        const cells = line.startsWith('| ') ? line.replaceAll('\\|', '').split('|').length : 0;
        if (cells > 0 && width > 0) expect(`${path}: ${cells} ${line}`).toBe(`${path}: ${width} ${line}`);
        width = cells;
      }
    }
  });
});
