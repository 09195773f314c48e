import { describe, expect, it } from 'vitest';
import { diffPlace, old, stricter } from './diff-cases.ts';

const place = diffPlace();
const { diff, json } = place;

describe('approvals of millwright diff', () => {
  const approval = (fingerprint: string, expires = '2999-12-31'): string =>
    `- {fingerprint: '${fingerprint}', reason: ticket 4711, who: quality team, expires: ${expires}}\n`;
  const pair = (): readonly string[] => {
    place.write({ 'old.yaml': old, 'new.yaml': stricter });
    return json('old.yaml', 'new.yaml')
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ fingerprint }) => fingerprint);
  };

  it('an approved finding is shown and does not fail; each finding has an approval of its own', () => {
    const fingerprints = pair();
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    expect(fingerprints.length).toBeGreaterThan(1);
    place.write({ 'all.yaml': fingerprints.map((print) => approval(print)).join('') });
    expect(diff('old.yaml', 'new.yaml', '--approvals', 'all.yaml').status).toBe(0);
    expect(diff('old.yaml', 'new.yaml', '--approvals', 'all.yaml').stdout).toContain(
      'by quality team until 2999-12-31: ticket 4711',
    );
    place.write({ 'one.yaml': approval(fingerprints[0] ?? '') });
    expect(diff('old.yaml', 'new.yaml', '--approvals', 'one.yaml').status).toBe(1);
  });

  it('an unused or expired approval is an error with its place', () => {
    const fingerprints = pair();
    place.write({
      'a.yaml': fingerprints.map((print) => approval(print, '2001-01-01')).join('') + approval('0123456789abcdef'),
    });
    const { faults } = json('old.yaml', 'new.yaml', '--approvals', 'a.yaml');
    expect(faults?.map(({ code }) => code)).toEqual([
      ...fingerprints.map(() => 'diff/approval-expired'),
      'diff/approval-unused',
    ]);
    expect(faults?.at(-1)?.location.line).toBe(fingerprints.length + 1);
    place.write({ 'unused.yaml': approval('0123456789abcdef') });
    expect(diff('old.yaml', 'old.yaml', '--approvals', 'unused.yaml').status).toBe(1);
  });

  it('a fingerprint survives other lines, other wording and another file name above it, not another change', () => {
    place.write({ 'old/a.yaml': old, 'new/a.yaml': stricter, 'moved/a.yaml': `# a comment\n\n${stricter}` });
    place.write({ 'other/a.yaml': stricter.replace('maxLength: 20', 'maxLength: 10') });
    place.write({ 'told/a.yaml': stricter.replace('maxLength: 20', 'maxLength: 20, description: the number') });
    const print = (folder: string): string | undefined =>
      json('old/a.yaml', `${folder}/a.yaml`).findings.find(({ code }) => code === 'diff/request-max-length-decreased')
        ?.fingerprint;
    expect(print('new')).toBeDefined();
    expect(print('moved')).toBe(print('new'));
    expect(print('told')).toBe(print('new'));
    expect(print('other')).not.toBe(print('new'));
  });

  const wrong: readonly (readonly [what: string, text: string, says: RegExp])[] = [
    ['no list', 'fingerprint: x', /is no list/],
    [
      'no reason',
      "- {fingerprint: '0123456789abcdef', who: a, expires: 2030-01-31}",
      /a\.yaml:1:\d+: an approval needs reason/,
    ],
    ['no proper day', "- {fingerprint: '0123456789abcdef', reason: a, who: a, expires: 2030-02-31}", /no day such as/],
    [
      'a slip in a member',
      "- {fingerprint: '0123456789abcdef', reason: a, who: a, expires: 2030-01-31, expire: x}",
      /no member expire/,
    ],
    ['no YAML', '{', /a\.yaml:1:\d+/],
  ];
  for (const [what, text, says] of wrong)
    it(`${what} is wrong usage: it must not let a break through`, () => {
      place.write({ 'old.yaml': old, 'a.yaml': text });
      const { status, stderr } = diff('old.yaml', 'old.yaml', '--approvals', 'a.yaml');
      expect(stderr).toMatch(says);
      expect(status).toBe(2);
    });
});
