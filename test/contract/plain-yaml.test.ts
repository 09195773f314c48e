import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { defaultLimits } from '../../packages/contract/src/read/limits.ts';
import { parsePlainYaml } from '../../packages/contract/src/read/parse-plain-yaml.ts';
import { parseYaml } from '../../packages/contract/src/read/parse-yaml.ts';

/** The fast reader may decline, but what it accepts must be what the full parser says. */
function agree(text: string): 'accepted' | 'declined' {
  const fast = parsePlainYaml(text, defaultLimits);
  if (fast === undefined) return 'declined';
  const full = parseYaml(text, defaultLimits);
  expect(full.problems, text).toEqual([]);
  expect(fast, text).toEqual(full.value);
  return 'accepted';
}

function yamlFilesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile() && /\.ya?ml$/.test(item.name))
    .map((item) => join(item.parentPath, item.name));
}

describe('the fast YAML reader', () => {
  it('agrees with the full parser on every file of the canonical contracts, and takes nearly all of them', () => {
    const files = yamlFilesBelow(new URL('../../schemas', import.meta.url).pathname);
    const declined = files.filter((file) => agree(readFileSync(file, 'utf8')) === 'declined');
    expect(declined.length / files.length).toBeLessThan(0.1);
  });

  it('agrees on YAML that a library printed, in many styles', () => {
    const styles = fc.record({
      indent: fc.constantFrom(2, 3, 4),
      lineWidth: fc.constantFrom(0, 20, 80),
      defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any', 'block', 'flow'),
    });
    const key = fc.oneof(fc.stringMatching(/^[a-z][a-zA-Z0-9$-]{0,8}$/), fc.string({ maxLength: 5 }));
    const scalar = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom('a: b', 'yes', 'null', '# no', '- x', "it's", 'a\nb', '  lead', 'trail ', '1e3', '0x1f', '~', ''),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, styles, (given, style) => {
        agree(stringify(given, style as never));
      }),
      { numRuns: 1500 },
    );
  });

  // Breaks for whoever writes it: a value that loses its end, or a number that is rounded in silence.
  it('agrees on scalars as people write them: blanks at the end, marks inside, numbers of any length', () => {
    const blank = fc.constantFrom(' ', '  ', '\u00a0', '\u2003', '\u3000', '');
    const part = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9.,_/-]{1,12}$/),
      fc.constantFrom(
        ' #',
        '#',
        ': ',
        ':',
        ' - ',
        '- ',
        '? ',
        "'",
        '"',
        '\\',
        '[',
        '}',
        ', ',
        '&',
        '*',
        '!',
        '|',
        '>',
        '%',
      ),
      blank,
    );
    const words = fc
      .tuple(fc.array(part, { maxLength: 12 }), fc.nat({ max: 3 }), blank)
      .map(([parts, times, end]) => parts.join('') + 'lorem ipsum '.repeat(times * 40) + end);
    const near = fc.tuple(
      fc.constantFrom(2 ** 31, 2 ** 52, 2 ** 53, 2 ** 63, 2 ** 64, 1e15, 1e16, 1e21),
      fc.bigInt({ min: -3n, max: 3n }),
    );
    const number = fc.oneof(
      near.map(([base, step]) => String(BigInt(base) + step)),
      fc.bigInt({ min: 0n, max: 10n ** 24n }).map(String),
      fc
        .tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 10n ** 18n }))
        .map((two) => two.join('.')),
      fc.tuple(fc.nat(), fc.integer({ min: -400, max: 400 })).map((two) => two.join('e')),
    );
    const scalar = fc.oneof(
      words,
      fc
        .tuple(fc.constantFrom('', '-', '+', '.'), number, fc.constantFrom('', ' ', '\u00a0', '.', ' # note'))
        .map((three) => three.join('')),
      words.map((text) => JSON.stringify(text)),
      words.map((text) => `'${text.replaceAll("'", "''")}'`),
    );
    const place = fc.constantFrom<(text: string) => string>(
      (text) => `a: ${text}\nb: 1\n`,
      (text) => `a: ${text}`,
      (text) => `- ${text}\n- b\n`,
      (text) => `a: [${text}, b]\n`,
      (text) => `a: {b: ${text}, c: [${text}]}\n`,
      (text) => `${text}: 1\n`,
      (text) => `a: {${text}: 1}\n`,
      (text) => `a: |-\n  ${text}\n  b\nc: 1\n`,
      (text) => `a: >\n  ${text}\n  b\nc: 1\n`,
      (text) => text,
    );
    let accepted = 0;
    fc.assert(
      fc.property(scalar, place, (text, put) => {
        if (agree(put(text)) === 'accepted') accepted += 1;
      }),
      { numRuns: 4000 },
    );
    // A reader that declines everything would agree as well.
    expect(accepted).toBeGreaterThan(1000);
  });

  it('agrees on damaged YAML: whatever it accepts is no error for the full parser', () => {
    const files = yamlFilesBelow(new URL('../../schemas/common', import.meta.url).pathname).map((file) =>
      readFileSync(file, 'utf8').split('\n').slice(0, 60).join('\n'),
    );
    const damage = fc.tuple(
      fc.constantFrom(...files),
      fc.nat(),
      fc.constantFrom(
        ' ',
        '\n',
        ':',
        ': ',
        '- ',
        '#',
        ' #',
        '"',
        "'",
        '[',
        '}',
        ',',
        '|',
        '>-',
        '&a ',
        '*a',
        '!t ',
        '? ',
        '\n\n',
        '  ',
        '%',
      ),
      fc.boolean(),
    );
    fc.assert(
      fc.property(damage, ([text, at, insert, remove]) => {
        const place = at % text.length;
        agree(text.slice(0, place) + insert + text.slice(place + (remove ? 1 : 0)));
      }),
      { numRuns: 3000 },
    );
  });

  it('declines what it does not know', () => {
    for (const text of [
      'a: &x 1',
      'a: *x',
      'a: !t 1',
      '? a\n: b',
      'a: 1\na: 2',
      'a: "x\n  y"',
      'a: x\n  y',
      '<<: {}',
      '--- a',
      'a:\t1',
      '12345678901234567890',
    ])
      expect(parsePlainYaml(text, defaultLimits), text).toBeUndefined();
    expect(parseDocument('a: 1').errors).toEqual([]);
  });
});
