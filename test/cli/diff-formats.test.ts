import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DiffJson, diffPlace, old, schema, stricter } from './diff-cases.ts';

const place = diffPlace();
const { diff, json } = place;

describe('formats of millwright diff', () => {
  const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>`|](javascript:x)\u202e&\'"';
  const evil = (length: number): string =>
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: hostile, version: hostile },
      paths: {
        [`/${hostile}`]: {
          post: {
            requestBody: {
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    required: [hostile],
                    properties: { [hostile]: { type: 'string', maxLength: length } },
                  },
                },
              },
            },
            responses: { '200': { description: hostile } },
          },
        },
      },
    });

  it('html is one page that loads nothing and in which no text of a contract is markup', () => {
    place.write({ 'old.json': evil(9), 'new.json': evil(8) });
    const { stdout, status } = diff('old.json', 'new.json', '--format', 'html');
    expect(status).toBe(1);
    const tags = new Set([...stdout.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    for (const name of ['script', 'img', 'iframe', 'link', 'svg', 'a', 'base'])
      expect(tags.has(name), name).toBe(false);
    expect(stdout).not.toMatch(/<[^>]+ (on[a-z]+|src|href)=|\u202e|url\(|@import/i);
    expect(stdout).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(stdout).toContain(`default-src 'none'`);
    expect(stdout).toMatch(/class="verdict breaking">Breaking</);
    expect(stdout).toMatch(/<pre class="witness">\{\n {2}&quot;/);
  });

  it('every element of the html page is closed, so that one finding cannot swallow the next', () => {
    place.write({ 'old.yaml': old, 'new.yaml': stricter });
    const { stdout } = diff('old.yaml', 'new.yaml', '--format', 'html');
    const open: string[] = [];
    for (const [, slash, name = ''] of stdout.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (name === 'meta') continue;
      if (slash === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('markdown shows what contracts say as text: no HTML, no link, no broken table or fence', () => {
    place.write({ 'old.json': evil(9), 'new.json': evil(8) });
    const { stdout } = diff('old.json', 'new.json', '--format', 'markdown');
    const outside = stdout.replace(/^(`{3,})[^`\n]*\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/<(?!\/?code>)/);
    expect(outside).not.toMatch(/\]\(/);
    expect(outside).not.toContain('\u202e');
    for (const row of outside.split('\n').filter((line) => line.startsWith('|')))
      expect(row.split('|').length, row).toBe(6);
  });

  it('github, sarif and junit carry the proof and the approval', () => {
    place.write({ 'old.yaml': old, 'new.yaml': stricter });
    expect(diff('old.yaml', 'new.yaml', '--format', 'github').stdout).toMatch(
      /^::error file=new\.yaml,line=11,col=\d+,title=diff\/request-max-length-decreased::.*Proof: \{"id":"a+"\} was accepted, is now rejected/m,
    );
    const sarif = JSON.parse(diff('old.yaml', 'new.yaml', '--format', 'sarif').stdout) as {
      readonly runs: readonly { readonly results: readonly { readonly ruleId: string }[] }[];
    };
    expect(sarif.runs[0]?.results.length).toBe(json('old.yaml', 'new.yaml').findings.length);
    expect(diff('old.yaml', 'new.yaml', '--format', 'junit').stdout).toMatch(
      /<testsuites name="millwright diff" .*failures="[1-9]/,
    );
  });

  it('the report is the same whatever the order of members in the source', () => {
    place.write({ 'old.yaml': old, 'new.yaml': stricter });
    const first = json('old.yaml', 'new.yaml');
    place.write({
      'new.yaml': stricter.replace(
        '{id: {type: string, maxLength: 20}, note: {type: string}}',
        '{note: {type: string}, id: {maxLength: 20, type: string}}',
      ),
    });
    const prints = ({ findings }: DiffJson): readonly string[] => findings.map(({ fingerprint }) => fingerprint).sort();
    expect(prints(json('old.yaml', 'new.yaml'))).toEqual(prints(first));
    expect(readFileSync(place.path('new.yaml'), 'utf8')).toContain('note: {type: string}, id:');
  });

  it('CI systems are told only of lines that the new contracts have, or of none', () => {
    const operation = (name: string): string => `  /${name}: {get: {operationId: ${name}, responses: {}}}\n`;
    const file = (...names: readonly string[]): string =>
      `openapi: 3.1.0\ninfo: {title: t, version: 1.0.0}\npaths:\n${names.map(operation).join('')}`;
    place.write({
      'old/a/api.yaml': file('one', 'two'),
      'old/b/api.yaml': file('three'),
      'old/gone.json': schema('"type":"string"'),
      'new/a/api.yaml': file('one'),
      'new/b/api.yaml': file('four'),
    });
    const annotations = diff('old', 'new', '--format', 'github').stdout;
    expect(annotations).toMatch(
      /^::error file=new\/a\/api\.yaml,line=3,col=1,title=diff\/operation-removed::.*GET \/two /m,
    );
    expect(annotations).toMatch(
      /^::error file=new\/b\/api\.yaml,line=3,col=1,title=diff\/operation-removed::.*GET \/three /m,
    );
    expect(annotations).toMatch(/^::error title=diff\/schema-removed::/m);
    for (const format of ['github', 'sarif', 'junit'])
      expect(diff('old', 'new', '--format', format).stdout).not.toContain('old/');
  });
});
