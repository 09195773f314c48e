import { describe, expect, it } from 'vitest';
import { type Ended, root, workplace } from './run-cli.ts';

interface Found {
  readonly code: string;
  readonly location: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly pointer: string;
  };
}

/** `file:line:column code`, as a reader would quote them. */
function found(ended: Ended): readonly string[] {
  const { diagnostics } = JSON.parse(ended.stdout) as { readonly diagnostics: readonly Found[] };
  return diagnostics.map(({ code, location: { file, line, column } }) => `${file}:${line}:${column} ${code}`);
}

describe('validate --deep', () => {
  const place = workplace();
  const document = (extra: string): string => `asyncapi: 3.0.0
info: {title: T, version: 1.0.0}
channels:
  lotCreated:
    address: lots/created
    messages:
      LotCreated: {payload: {type: object}}
operations:
  sendLotCreated:
    action: send
    channel: {$ref: '#/channels/lotCreated'}
${extra}`;

  it('refuses what the AsyncAPI parser refuses and our reader takes, at the place in the file', () => {
    place.write({ 'events.yaml': document('    urgent: true\n') });
    expect(place.run(['validate', 'events.yaml']).status).toBe(0);
    const ended = place.run(['validate', 'events.yaml', '--deep', '--format', 'json']);
    expect(ended.status).toBe(3);
    expect(found(ended)).toEqual(['events.yaml:12:13 asyncapi-parser/asyncapi-document-resolved']);
  });

  it('says that the parser agrees, so that nobody takes a skipped check for a passed one', () => {
    place.write({ 'events.yaml': document('') });
    const { status, stdout } = place.run(['validate', 'events.yaml', '--deep']);
    expect(status).toBe(0);
    expect(stdout).toContain('the AsyncAPI parser agrees');
  });
});

describe('validate data', () => {
  const place = workplace();
  const schema =
    '{"type":"object","required":["id"],"additionalProperties":false,"properties":{"id":{"type":"integer"}}}';
  const bad = Buffer.concat([
    Buffer.from('{"id":1}\n{"id":\n'),
    Buffer.from([0xff, 0xfe, 0x0a]),
    Buffer.from('not json\r\n\n{"id":"2"}\n{"id":3,"x":1}\n{"id":4}'),
  ]);
  const wanted = (file: string): readonly string[] => [
    `${file}:2:7 contract/json-syntax`,
    `${file}:3:1 contract/json-syntax`,
    `${file}:4:1 contract/json-syntax`,
    `${file}:6:7 validate/payload-invalid`,
    `${file}:7:1 validate/payload-invalid`,
  ];

  it('goes on after bad lines of an NDJSON file and names each', () => {
    place.write({ 's.json': schema, 'rows.ndjson': bad });
    const ended = place.run(['validate', 'rows.ndjson', '--schema', 's.json', '--format', 'json']);
    expect(ended.status).toBe(1);
    expect(found(ended)).toEqual(wanted('rows.ndjson'));
    expect(ended.stdout).toContain('"values": 7');
  });

  it('gives the same verdicts for the same lines from stdin', () => {
    place.write({ 's.json': schema });
    const ended = place.run(['validate', '-', '--schema', 's.json', '--format', 'json'], { input: bad });
    expect(ended.status).toBe(1);
    expect(found(ended)).toEqual(wanted('<stdin>'));
  });

  it('reads every data file of a folder, whatever its depth and form', () => {
    place.write({
      's.json': schema,
      'data/good.json': '{"id":1}',
      'data/bad.json': '[]',
      'data/deep/er/bad.yaml': 'id: five\n',
      'data/deep/rows.jsonl': '{"id":1}\n{}\n',
      'data/readme.txt': 'not data',
    });
    const ended = place.run(['validate', 'data', '--schema', 's.json', '--format', 'json']);
    expect(ended.status).toBe(1);
    expect(found(ended)).toEqual([
      'data/bad.json:1:1 validate/payload-invalid',
      'data/deep/er/bad.yaml:1:5 validate/payload-invalid',
      'data/deep/rows.jsonl:2:1 validate/payload-invalid',
    ]);
    expect(ended.stdout).toContain('"values": 5');
  });

  it('folders <object>/valid and <object>/invalid tell schema and verdict', () => {
    place.write({
      'contracts/order.json': schema.replace(
        '{',
        '{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Order",',
      ),
      'examples/order/valid/one.json': '{"id":1}',
      'examples/order/invalid/text.json': '{"keyword":"type","pointer":"/id","instance":{"id":"1"}}',
      'examples/order/invalid/accepted.json': '{"keyword":"type","pointer":"/id","instance":{"id":1}}',
      'examples/order/invalid/elsewhere.json': '{"keyword":"type","pointer":"/id","instance":{}}',
    });
    const ended = place.run(['validate', 'examples', '--contract', 'contracts', '--format', 'json']);
    expect(ended.status).toBe(1);
    expect(found(ended).map((line) => line.replace(/:\d+:\d+/, ''))).toEqual([
      'examples/order/invalid/accepted.json validate/refusal-missing',
      'examples/order/invalid/elsewhere.json validate/refusal-missing',
    ]);
  });

  it('--mode tolerant lets unknown properties through and nothing else', () => {
    place.write({ 's.json': schema, 'more.json': '{"id":1,"x":1}', 'less.json': '{"x":1}' });
    const run = (file: string): number | null =>
      place.run(['validate', file, '--schema', 's.json', '--mode', 'tolerant']).status;
    expect(run('more.json')).toBe(0);
    expect(run('less.json')).toBe(1);
  });

  it('takes a line of megabytes and shows a window of it', () => {
    place.write({ 's.json': schema, 'd.json': `{"id":1,"x":"${'a'.repeat(2_000_000)}"}` });
    const { status, stdout } = place.run(['validate', 'd.json', '--schema', 's.json']);
    expect(status).toBe(1);
    expect(stdout).toContain('must not have property "x"');
    expect(stdout.length).toBeLessThan(2000);
  });

  it('knows an event by its type and judges envelope and data', () => {
    const event = `${root}/schemas/examples/events`;
    const { status, stdout } = place.run(['validate', event, '--contract', `${root}/schemas`]);
    expect(stdout).toMatch(/\d+ values checked in .*: all as they should be/);
    expect(status).toBe(0);
  });

  for (const [what, input] of [
    ['nothing', ''],
    ['blank lines', '\n\n'],
  ] as const)
    it(`says that no value was read when stdin holds ${what}, so that nobody takes silence for consent`, () => {
      place.write({ 's.json': schema });
      const { status, stdout } = place.run(['validate', '-', '--schema', 's.json'], { input });
      expect(status).toBe(0);
      expect(stdout).toContain('No value was read from stdin');
      expect(stdout).not.toContain('as they should be');
    });

  it('takes a folder with contracts for contracts when nothing says what the files beside them should obey', () => {
    place.write({
      'contracts/order.json': '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}',
      'contracts/package.json': '{"name":"contracts"}',
    });
    const { status, stdout } = place.run(['validate', 'contracts']);
    expect(stdout).toContain('1 file valid');
    expect(status).toBe(0);
  });
});

describe('a contract that refers to a meta-schema', () => {
  const place = workplace();
  const files = {
    'form.yaml': `$schema: https://json-schema.org/draft/2020-12/schema
title: Form
properties:
  answers: {$ref: 'https://json-schema.org/draft/2020-12/schema'}
`,
    'good.json': '{"answers": {"properties": {"a": {"minLength": 1}}}}',
    'bad.json': '{"answers": {"properties": {"a": {"minLength": -1}}}}',
  };
  const data = (file: string): Ended =>
    place.run(['validate', file, '--contract', 'form.yaml', '--schema', 'Form', '--format', 'json']);

  it('holds data against the whole meta-schema, at any depth', () => {
    place.write(files);
    expect(data('good.json').status).toBe(0);
    const ended = data('bad.json');
    expect(ended.status).toBe(1);
    expect(found(ended)).toEqual(['bad.json:1:48 validate/payload-invalid']);
  });

  it('is no reason for findings in the meta-schema', () => {
    place.write(files);
    expect(found(place.run(['validate', 'form.yaml', '--format', 'json']))).toEqual([]);
    expect(place.run(['lint', 'form.yaml']).stdout).toContain('No findings in 1 file');
  });
});

describe('validate of a schema that exhausts its validator', () => {
  const place = workplace();
  const length = 3000;

  it('refuses the value with a diagnostic, not with a stack trace', () => {
    const links = Array.from({ length }, (_, index) => [`a${index}`, { $ref: `#/$defs/a${index + 1}` }]);
    const $defs = { ...Object.fromEntries(links), [`a${length}`]: { type: 'string' } };
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    place.write({
      'chain.json': JSON.stringify({ $schema, title: 'Chain', $ref: '#/$defs/a0', $defs }),
      'data.json': '"x"',
    });
    const ended = place.run([
      'validate',
      'data.json',
      '--contract',
      'chain.json',
      '--schema',
      'Chain',
      '--format',
      'json',
    ]);
    expect(ended.status).toBe(1);
    expect(found(ended)).toEqual(['data.json:1:1 validate/payload-invalid']);
    expect(ended.stderr).not.toMatch(/bug of Millwright/);
  });
});
