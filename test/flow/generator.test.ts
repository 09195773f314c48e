import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { conditionCode } from '../../generators/src/flows/condition.ts';
import { isExpression, parseExpression } from '../../generators/src/flows/expression.ts';
import { flows } from '../../generators/src/flows/index.ts';
import { contractOf, generate } from './generated.ts';

const openapi = readFileSync(fileURLToPath(new URL('fixtures/travel.openapi.yaml', import.meta.url)), 'utf8');
const asyncapi = `
asyncapi: 3.0.0
info: {title: Bookings, version: 1.0.0}
channels:
  booked: {address: booked, messages: {booked: {payload: {type: object}}}}
  related:
    address: related
    messages: {related: {payload: {type: object}, correlationId: {location: $message.payload#/trip}}}
  nowhere:
    address: null
    messages: {nowhere: {payload: {type: object}, correlationId: {location: $message.header#/id}}}
operations:
  hearBooked: {action: receive, channel: {$ref: '#/channels/booked'}}
  hearRelated: {action: receive, channel: {$ref: '#/channels/related'}}
  hearNowhere: {action: receive, channel: {$ref: '#/channels/nowhere'}}
`;

/** The module of a description with one workflow of these steps, and what is told about it: code and pointer. */
async function compiled(steps: string, more = ''): Promise<{ module: string; told: readonly string[] }> {
  const arazzo = `
arazzo: 1.1.0
info: {title: Trips, version: 1.0.0}
sourceDescriptions:
  - {name: travel, type: openapi, url: travel.yaml}
  - {name: bookings, type: asyncapi, url: bookings.yaml}
workflows:
  - workflowId: trip
    inputs: {type: object, additionalProperties: false, properties: {id: {type: string}}}
${more}
    steps:
${steps.replace(/^/gm, '      ')}
  - workflowId: other
    inputs: {type: object, additionalProperties: false, required: [a], properties: {a: {type: string}}}
    steps:
      - {stepId: s, operationId: bookCar}
  - workflowId: above
    steps:
      - {stepId: s, workflowId: trip}
`;
  const files = { '/c/travel.yaml': openapi, '/c/bookings.yaml': asyncapi, '/c/trips.yaml': arazzo };
  const [generated, diagnostics] = generate(await contractOf(Object.keys(files), files));
  const module = generated.find(({ path }) => path === 'flows.ts')?.content ?? '';
  // A workflow with a problem is left out, and so is the one above it; the other one stays.
  const isWhole = diagnostics.length === 0;
  expect([module.includes('export const trip:'), module.includes('export const above:')]).toEqual([isWhole, isWhole]);
  expect(module).toContain('export const other:');
  for (const { severity, location, fix } of diagnostics) {
    expect([severity, location?.file]).toEqual(['warning', expect.stringContaining('trips.yaml')]);
    expect(fix).toBeTruthy();
  }
  const told = diagnostics.map(({ code, location }) => `${code.replace('generate/flow-', '')} ${location?.pointer}`);
  return { module, told };
}

const told = async (steps: string, more?: string): Promise<readonly string[]> => (await compiled(steps, more)).told;

const step = '/workflows/0/steps/0';

describe('what cannot be compiled is told, with its place', () => {
  it.each([
    ['nothing', '- {stepId: s, operationId: bookCar}', []],
    ['an unknown operation', '- {stepId: s, operationId: bookShip}', [`reference-unknown ${step}/operationId`]],
    [
      'an unknown source',
      '- {stepId: s, operationId: $sourceDescriptions.x.bookCar}',
      [`reference-unknown ${step}/operationId`],
    ],
    [
      'an unknown path',
      "- {stepId: s, operationPath: '{$sourceDescriptions.travel.url}#/paths/~1x/get'}",
      [`reference-unknown ${step}/operationPath`],
    ],
    ['an unknown workflow', '- {stepId: s, workflowId: none}', [`reference-unknown ${step}/workflowId`]],
    [
      'a workflow elsewhere',
      '- {stepId: s, workflowId: $sourceDescriptions.x.none}',
      [`unsupported ${step}/workflowId`],
    ],
    ['no target', '- {stepId: s}', [`reference-unknown ${step}`]],
    [
      'an unknown component',
      '- {stepId: s, operationId: bookCar, parameters: [{reference: $components.parameters.x}]}',
      [`reference-unknown ${step}/parameters/0`],
    ],
    [
      'an unknown parameter',
      '- {stepId: s, operationId: bookCar, parameters: [{name: x, in: query, value: 1}]}',
      [`parameter-mismatch ${step}/parameters/0/value`],
    ],
    ['a missing parameter', '- {stepId: s, operationId: cancelBooking}', [`parameter-mismatch ${step}`]],
    ['a missing body', '- {stepId: s, operationId: bookHotel}', [`parameter-mismatch ${step}`]],
    [
      'a body too many',
      '- {stepId: s, operationId: bookCar, requestBody: {payload: 1}}',
      [`parameter-mismatch ${step}/requestBody`],
    ],
    [
      'another media type',
      '- {stepId: s, operationId: bookHotel, requestBody: {contentType: text/csv, payload: a}}',
      [`parameter-mismatch ${step}/requestBody/contentType`],
    ],
    ['a missing input', '- {stepId: s, workflowId: other}', [`parameter-mismatch ${step}`]],
    [
      'an unknown input',
      '- {stepId: s, workflowId: other, parameters: [{name: a, value: 1}, {name: b, value: 1}]}',
      [`parameter-mismatch ${step}/parameters/1/value`],
    ],
    [
      'an unread input',
      '- {stepId: s, operationId: bookCar, outputs: {x: $inputs.none}}',
      [`expression-invalid ${step}/outputs/x`],
    ],
    [
      'an unknown output',
      '- {stepId: s, operationId: bookCar, outputs: {x: $steps.s.outputs.y}}',
      [`expression-invalid ${step}/outputs/x`],
    ],
    [
      'a bad expression',
      '- {stepId: s, operationId: bookCar, outputs: {x: $response.body/x}}',
      [`expression-invalid ${step}/outputs/x`],
    ],
    [
      'an expression of the request',
      '- {stepId: s, operationId: bookCar, outputs: {x: $request.body}}',
      [`unsupported ${step}/outputs/x`],
    ],
    [
      'a bad condition',
      "- {stepId: s, operationId: bookCar, successCriteria: [{condition: '$statusCode === 2'}]}",
      [`expression-invalid ${step}/successCriteria/0`],
    ],
    [
      'a bad pattern',
      "- {stepId: s, operationId: bookCar, successCriteria: [{type: regex, context: $statusCode, condition: '('}]}",
      [`expression-invalid ${step}/successCriteria/0`],
    ],
    [
      'a JSONPath',
      "- {stepId: s, operationId: bookCar, successCriteria: [{type: jsonpath, context: $response.body, condition: '$.x'}]}",
      [`unsupported ${step}/successCriteria/0`],
    ],
    [
      'an unknown action',
      '- {stepId: s, operationId: bookCar, onSuccess: [{name: a, type: jump}]}',
      [`unsupported ${step}/onSuccess/0`],
    ],
    [
      'a way to nowhere',
      '- {stepId: s, operationId: bookCar, onSuccess: [{name: a, type: goto}]}',
      [`reference-unknown ${step}/onSuccess/0`],
    ],
    [
      'a way to no step',
      '- {stepId: s, operationId: bookCar, onSuccess: [{name: a, type: goto, stepId: z}]}',
      [`reference-unknown ${step}/onSuccess/0/stepId`],
    ],
    [
      'a step of another workflow',
      '- {stepId: s, operationId: bookCar, dependsOn: [$workflows.x.steps.y]}',
      [`unsupported ${step}/dependsOn`],
    ],
    [
      'replacements',
      '- {stepId: s, operationId: bookHotel, requestBody: {payload: {}, replacements: [{target: /a, value: 1}]}}',
      [`unsupported ${step}/requestBody/replacements`],
    ],
    ['a name that is none', "- {stepId: 'a b', operationId: bookCar}", [`unsupported ${step}`]],
    [
      'one step twice',
      '- {stepId: s, operationId: bookCar}\n- {stepId: s, operationId: bookCar}',
      ['unsupported /workflows/0'],
    ],
    [
      'a timeout of a workflow',
      '- {stepId: s, workflowId: other, timeout: 5, parameters: [{name: a, value: 1}]}',
      [`unsupported ${step}/timeout`],
    ],
    [
      'a decision of nobody',
      '- {stepId: s, operationId: bookCar, x-human-approval: true}',
      [`approver-unknown ${step}`],
    ],
    ['a decision of somebody', '- {stepId: s, operationId: bookCar, x-human-approval: {roles: [boss]}}', []],
    ['a message without relation', '- {stepId: s, operationId: hearRelated, action: receive}', [`unsupported ${step}`]],
    [
      'a message that says no relation',
      '- {stepId: s, operationId: hearBooked, correlationId: $inputs.id}',
      [`unsupported ${step}`],
    ],
    ['a message that is related', '- {stepId: s, operationId: hearRelated, correlationId: $inputs.id}', []],
    [
      'a message from nowhere',
      '- {stepId: s, operationId: hearNowhere, correlationId: $inputs.id}',
      [`unsupported ${step}`],
    ],
    [
      'a channel without direction',
      "- {stepId: s, channelPath: '{$sourceDescriptions.bookings.url}#/channels/related', correlationId: $inputs.id}",
      [`unsupported ${step}`],
    ],
    [
      'a message that nobody sends',
      "- {stepId: s, channelPath: '{$sourceDescriptions.bookings.url}#/channels/related', action: send}",
      [`reference-unknown ${step}/channelPath`],
    ],
    [
      'a compensation of nothing',
      '- {stepId: s, operationId: bookCar, x-compensation: {workflowId: none}}',
      [`reference-unknown ${step}/x-compensation/workflowId`],
    ],
  ] as const)('%s', async (_, steps, want) => {
    expect(await told(steps)).toEqual(want);
  });

  it('of a whole workflow', async () => {
    expect(await told('- {stepId: s, operationId: bookCar}', '    dependsOn: [other]')).toEqual([
      'unsupported /workflows/0',
    ]);
    expect(
      await told('- {stepId: s, operationId: bookCar}', '    parameters: [{name: a, in: query, value: 1}]'),
    ).toEqual(['unsupported /workflows/0']);
  });
});

it('text of a description becomes no code', async () => {
  const evil = `'); globalThis.pwned = true; //\\n*/ \${1} \u2028`;
  const text = JSON.stringify(evil);
  const steps = [
    '- stepId: s',
    `  description: ${text}`,
    '  operationId: bookHotel',
    `  x-role: ${text}`,
    '  x-human-approval: true',
    `  requestBody: {payload: {${text}: ${text}, nested: [$inputs.id, ${text}], __proto__: {a: $inputs.id}}}`,
    `  outputs: {${text}: '$response.header.x-y'}`,
    `  onFailure: [{name: ${text}, type: retry, criteria: [{condition: "$statusCode == '''); pwned(); //'"}]}]`,
  ].join('\n');
  const { module } = await compiled(steps, `    summary: ${text}`);
  const identifiers: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.push(node.text);
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile('flows.ts', module, ts.ScriptTarget.ES2023);
  visit(source);
  expect(identifiers).toContain('objectOf');
  expect(identifiers.filter((name) => /pwned|globalThis/.test(name))).toEqual([]);
  expect(ts.transpileModule(module, { reportDiagnostics: true }).diagnostics).toEqual([]);
});

it('is the same whatever the order of members', async () => {
  const files = (body: string) => ({
    '/c/travel.yaml': openapi,
    '/c/trips.yaml': `{"arazzo":"1.0.1","info":{"title":"t","version":"1"},"sourceDescriptions":[{"name":"travel","type":"openapi","url":"travel.yaml"}],"workflows":[{"workflowId":"w",${body}}]}`,
  });
  const steps = (inner: string) =>
    `"steps":[{"stepId":"s","operationId":"bookHotel","requestBody":{"payload":{${inner}}}}]`;
  const output = async (body: string) => {
    const given = files(body);
    const contract = await contractOf(Object.keys(given), given);
    return flows
      .generate(contract, { importExtension: 'ts', runtime: '@millwright/runtime' })[0]
      .map(({ content }) => content);
  };
  const one = await output(`"outputs":{"a":"x","b":"y"},${steps('"nights":1,"b":2')}`);
  const other = await output(`${steps('"b":2,"nights":1')},"outputs":{"b":"y","a":"x"}`);
  expect(one).toHaveLength(1);
  expect(other).toEqual(one);
});

describe('expressions', () => {
  it.each([
    ['$statusCode', { kind: 'status' }],
    ['$inputs.a#/b~1c/0', { kind: 'inputs', name: 'a', tokens: ['b/c', '0'] }],
    ['$inputs.a.b[2].c', { kind: 'inputs', name: 'a', tokens: ['b', '2', 'c'] }],
    ['$steps.s-1.outputs.o#/x', { kind: 'step', step: 's-1', name: 'o', tokens: ['x'] }],
    ['$response.header.ETag', { kind: 'response-header', name: 'ETag' }],
    ['$response.body', { kind: 'response-body', tokens: [] }],
    ['$message.payload#/a', { kind: 'message-payload', tokens: ['a'] }],
    ['$message.header.id', { kind: 'message-header', name: 'id' }],
    ['$outputs.x', { kind: 'outputs', name: 'x', tokens: [] }],
  ] as const)('%s', (text, want) => expect(parseExpression(text)).toEqual(want));

  it('are told from other texts that begin with a dollar', () => {
    expect(['$5', '$ref', '$inputsx.a', '$input.a'].map(isExpression)).toEqual([false, false, false, false]);
  });
});

describe('conditions', () => {
  const parts = { read: (text: string) => text.slice(1) as never, runtime: (name: string) => name as never };
  it.each([
    ['$a == 1', 'isEqual(a, 1)'],
    ["$a != 'it''s'", "!isEqual(a, 'it\\'s')"],
    ['$a', 'holds(a)'],
    ['!$a', '!holds(a)'],
    ['!($a < 2)', '!(order(a, 2) < 0)'],
    ['$a == 1 || $b == 2 && $c', '(isEqual(a, 1) || (isEqual(b, 2) && holds(c)))'],
    ['($a == 1 || $b == 2) && true', '((isEqual(a, 1) || isEqual(b, 2)) && holds(true))'],
    ['$a >= -1.5e3', '(order(a, -1500) >= 0)'],
    ['', undefined],
    ['$a == ', undefined],
    ['$a == 1 2', undefined],
    ['($a', undefined],
    ['alert(1)', undefined],
    ['"a" == $a', undefined],
    [`${'('.repeat(500)}$a${')'.repeat(500)}`, undefined],
  ] as const)('%s', (text, want) => expect(conditionCode(text, parts)).toBe(want));
});
