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
