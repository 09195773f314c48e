import { describe, expect, it } from 'vitest';
import { type Explanation, explanationOf } from '../../cli/src/program/explanations.ts';
import { type Ended, smallApi, workplace } from './run-cli.ts';

const formats = ['json', 'sarif', 'github', 'junit'] as const;

/** What is wrong with a SARIF log by the schema of SARIF 2.1.0, as far as the members go that we write. */
function sarifFaults(text: string): readonly string[] {
  const faults: string[] = [];
  const log = JSON.parse(text) as Json;
  const demand = (holds: boolean, what: string): void => void (holds || faults.push(what));
  const closed = (value: unknown, names: readonly string[], what: string): Json => {
    const object = (typeof value === 'object' && value !== null ? value : {}) as Json;
    demand(value !== undefined, `${what} is missing`);
    for (const name of Object.keys(object)) demand(names.includes(name), `${what} has ${name}`);
    return object;
  };
  closed(log, ['$schema', 'version', 'runs'], 'log');
  demand(log['version'] === '2.1.0', 'version');
  for (const item of log['runs'] as readonly unknown[]) {
    const run = closed(item, ['tool', 'columnKind', 'results', 'artifacts', 'invocations'], 'run');
    demand(['utf16CodeUnits', 'unicodeCodePoints'].includes(String(run['columnKind'])), 'columnKind');
    const tool = closed(run['tool'], ['driver'], 'tool');
    const driver = closed(tool['driver'], ['name', 'version', 'rules', 'informationUri'], 'driver');
    demand(driver['name'] === 'millwright', 'driver.name');
    const rules = driver['rules'] as readonly Json[];
    demand(new Set(rules.map(({ id }) => id)).size === rules.length, 'rules are unique (3.19.23)');
    for (const entry of run['results'] as readonly unknown[]) {
      const result = closed(
        entry,
        ['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'],
        'result',
      );
      demand(rules[result['ruleIndex'] as number]?.['id'] === result['ruleId'], 'ruleIndex leads to ruleId (3.27.6)');
      demand(['none', 'note', 'warning', 'error'].includes(String(result['level'])), 'level');
      const message = closed(result['message'], ['text'], 'message');
      demand(typeof message['text'] === 'string' && message['text'] !== '', 'message.text');
      for (const place of (result['locations'] ?? []) as readonly unknown[]) {
        const location = closed(place, ['physicalLocation', 'logicalLocations'], 'location');
        const physical = closed(location['physicalLocation'], ['artifactLocation', 'region'], 'physicalLocation');
        const artifact = closed(physical['artifactLocation'], ['uri', 'uriBaseId'], 'artifactLocation');
        demand(/^[\w.~!$&'()*+,;=@%:/-]+$/.test(String(artifact['uri'])), 'uri is a URI reference');
        const region = closed(physical['region'], ['startLine', 'startColumn'], 'region');
        demand((region['startLine'] as number) >= 1 && (region['startColumn'] as number) >= 1, 'region counts from 1');
      }
      for (const print of Object.values((result['partialFingerprints'] ?? {}) as Json))
        demand(typeof print === 'string', 'fingerprints are strings');
    }
  }
  return faults;
}

type Json = Readonly<Record<string, unknown>>;

/** The same findings in each format: how many there are, read back from the text. */
const countIn: Readonly<Record<(typeof formats)[number], (text: string) => number>> = {
  json: (text) => (JSON.parse(text) as { readonly diagnostics: readonly unknown[] }).diagnostics.length,
  sarif: (text) =>
    (JSON.parse(text) as { readonly runs: readonly { readonly results: readonly unknown[] }[] }).runs[0]?.results
      .length ?? -1,
  github: (text) => (text.match(/^::(error|warning|notice) /gm) ?? []).length,
  junit: (text) => (text.match(/<failure /g) ?? []).length,
};

describe('formats', () => {
  const place = workplace();

  interface Situation {
    readonly name: string;
    readonly files: Readonly<Record<string, string>>;
    readonly args: readonly string[];
    readonly status: number;
    readonly findings: number;
  }
  const schema = '{"type":"object","required":["id"]}';
  const situations: readonly Situation[] = [
    {
      name: 'validate with two bad values',
      files: { 's.json': schema, 'values of today.ndjson': '{}\n{"id":1}\n{"id":\n' },
      args: ['validate', 'values of today.ndjson', '--schema', 's.json'],
      status: 1,
      findings: 2,
    },
    {
      name: 'validate with nothing to object to',
      files: { 's.json': schema, 'd.json': '{"id":1}' },
      args: ['validate', 'd.json', '--schema', 's.json'],
      status: 0,
      findings: 0,
    },
    {
      name: 'validate with a schema that cannot be read',
      files: { 's.json': '{', 'd.json': '{}' },
      args: ['validate', 'd.json', '--schema', 's.json'],
      status: 3,
      findings: 1,
    },
    {
      name: 'generate from a contract that cannot be read',
      files: { 'a.yaml': '{' },
      args: ['generate', 'a.yaml', '--out', 'sdk'],
      status: 3,
      findings: 1,
    },
    {
      name: 'generate --check with a file that was changed by hand',
      files: { 'a.yaml': smallApi },
      args: ['generate', 'a.yaml', '--out', 'sdk', '--check'],
      status: 1,
      findings: 1,
    },
  ];

  for (const { name, files, args, status, findings } of situations)
    for (const format of formats)
      it(`${name} as ${format}`, () => {
        place.write(files);
        if (args.includes('--check')) {
          place.run(args.filter((arg) => arg !== '--check'));
          place.write({ 'sdk/types.ts': '/* Generated by Millwright from Orders 1.0.0. Do not edit. */\n' });
        }
        const ended: Ended = place.run([...args, '--format', format]);
        expect(ended.status).toBe(status);
        expect(countIn[format](ended.stdout)).toBe(findings);
        if (format === 'sarif') expect(sarifFaults(ended.stdout)).toEqual([]);
        if (format === 'junit') {
          expect(ended.stdout).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /);
          expect(ended.stdout).toContain(`failures="${findings}"`);
        }
        if (format === 'json') expect(ended.stdout).toContain(`"format": "millwright.${args[0]}/1"`);
      });

  it('lint writes a SARIF log that code scanning takes, with several rules and files', () => {
    place.write({ 'a.json': '{"type":"string","examples":[1]}', 'b c.json': '{"type":"string","pattern":"^(a+)+$"}' });
    const { stdout } = place.run(['lint', 'a.json', 'b c.json', '--format', 'sarif']);
    expect(sarifFaults(stdout)).toEqual([]);
    expect(countIn.sarif(stdout)).toBeGreaterThan(1);
  });

  it('SARIF carries what explain says, so that code scanning shows it beside the finding', () => {
    place.write({ 'a.json': '{"type":"string","examples":[1]}' });
    const log = JSON.parse(place.run(['lint', 'a.json', '--format', 'sarif']).stdout) as {
      readonly runs: readonly {
        readonly tool: { readonly driver: { readonly rules: readonly Json[] } };
        readonly results: readonly { readonly message: { readonly text: string } }[];
      }[];
    };
    const { law, why, fix, severity } = explanationOf('lint/examples-valid') as Explanation;
    expect(log.runs[0]?.tool.driver.rules).toEqual([
      {
        id: 'lint/examples-valid',
        shortDescription: { text: law },
        fullDescription: { text: `${law} ${why}` },
        help: { text: fix },
        defaultConfiguration: { level: severity },
      },
    ]);
    // Each part is a sentence: nothing runs on into the next.
    expect(log.runs[0]?.results[0]?.message.text).toBe(`Example must be string. ${why} ${fix}`);
  });

  it('progress stays off stdout, so that a pipe gets the result alone', () => {
    place.write({ 'a.yaml': smallApi });
    const { stdout, stderr } = place.run(['lint', 'a.yaml', '--format', 'json']);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(stderr).toContain('checked');
    expect(place.run(['lint', 'a.yaml', '--quiet']).stderr).toBe('');
  });
});

describe('colours', () => {
  const place = workplace();
  const escapeStart = '\u001b[';
  const cases: readonly (readonly [what: string, environment: Readonly<Record<string, string>>, coloured: boolean])[] =
    [
      ['a pipe gets none', {}, false],
      ['FORCE_COLOR gives them to a pipe', { FORCE_COLOR: '1' }, true],
      ['FORCE_COLOR=0 is no wish for them', { FORCE_COLOR: '0' }, false],
      ['NO_COLOR wins over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
      ['an empty NO_COLOR counts as absent (no-color.org)', { NO_COLOR: '', FORCE_COLOR: '1' }, true],
      ['a dumb terminal gets none', { TERM: 'dumb', FORCE_COLOR: '1' }, false],
    ];
  for (const [what, environment, coloured] of cases)
    it(what, () => {
      place.write({ 'broken.yaml': '{' });
      const { stdout } = place.run(['lint', 'broken.yaml'], { environment: { TERM: 'xterm', ...environment } });
      expect(stdout.includes(escapeStart)).toBe(coloured);
      expect(stdout).toContain('contract/yaml-syntax');
    });

  it('the formats for machines have none, forced or not', () => {
    place.write({ 'broken.yaml': '{' });
    for (const format of formats)
      expect(
        place.run(['lint', 'broken.yaml', '--format', format], { environment: { FORCE_COLOR: '1' } }).stdout,
      ).not.toContain(escapeStart);
  });
});
