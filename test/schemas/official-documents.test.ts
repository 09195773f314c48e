import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { createConfig, lint, lintFromString } from '@redocly/openapi-core';
import { Ajv, type AnySchemaObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { describeCorpus } from '../corpora/corpus.ts';
import { fileOf, filesBelow, filesOf, readJson, told } from './canonical.ts';
import { asyncapiValidator, openapiValidator } from './official-schemas.ts';

const addFormats = formatsPlugin.default;
const named = (files: readonly { readonly name: string }[]): readonly string[] => files.map(({ name }) => name);

/** Arazzo rules of Redocly's linter; rules about the JSON Schemas that a flow refers to are left to other judges. */
const arazzoRules = [
  'struct',
  'no-unresolved-refs',
  'criteria-unique',
  'outputs-defined',
  'parameters-unique',
  'requestBody-replacements-unique',
  'sourceDescription-name-unique',
  'sourceDescription-type',
  'sourceDescriptions-not-empty',
  'spec-step-mutually-exclusive-fields',
  'step-onFailure-unique',
  'step-onSuccess-unique',
  'stepId-unique',
  'workflow-dependsOn',
  'workflowId-unique',
];

function redoclyConfig(): ReturnType<typeof createConfig> {
  return createConfig({ rules: Object.fromEntries(arazzoRules.map((rule) => [rule, 'error' as const])) });
}

describe('JSON Schema files', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);

  // A validator of another vendor refuses to compile a schema that breaks the meta-schema.
  it.each(filesOf('$schema'))('$name obeys the meta-schema of 2020-12', ({ value }) => {
    ajv.validateSchema(value);
    expect((ajv.errors ?? []).map(told)).toEqual([]);
  });
});

describe('APIs', () => {
  const validate = openapiValidator({ allErrors: true });

  it('are there', () => {
    expect(named(filesOf('openapi'))).toEqual([
      'apis/inventory.yaml',
      'apis/master-data.yaml',
      'apis/production.yaml',
      'apis/quality.yaml',
      'common/http.yaml',
    ]);
  });

  // Gateways and documentation portals load the document as it stands, and refuse one that is not OpenAPI.
  it.each(filesOf('openapi'))('$name obeys the schema of OpenAPI 3.1', ({ value }) => {
    validate(value);
    expect((validate.errors ?? []).map(told)).toEqual([]);
  });

  it('would not pass with a parameter or a schema that is none', () => {
    const info = { title: 'a', version: '1' };
    const parameters = { P: { name: 'p', in: 'body', schema: {} } };
    for (const components of [
      { parameters },
      { schemas: { S: { type: 'text' } } },
      { schemas: { S: { required: 'a' } } },
    ])
      expect(validate({ openapi: '3.1.0', info, components })).toBe(false);
    expect(validate({ openapi: '3.1.0', info, components: { schemas: { S: { type: 'string' } } } })).toBe(true);
  });
});

describe('events', () => {
  const validate = asyncapiValidator({ allErrors: true });

  it('are there', () => {
    expect(named(filesOf('asyncapi'))).toEqual([
      'events/analytics.yaml',
      'events/inventory.yaml',
      'events/master-data.yaml',
      'events/production.yaml',
      'events/quality.yaml',
    ]);
  });

  // Broker tools and event catalogues load the document, and refuse one that is not AsyncAPI.
  it.each(filesOf('asyncapi'))('$name obeys the schema of AsyncAPI 3.0', ({ value }) => {
    validate(value);
    expect((validate.errors ?? []).map(told)).toEqual([]);
  });

  it('would not pass with an action that is none, or an operation without its channel', async () => {
    const document = { asyncapi: '3.0.0', info: { title: 'a', version: '1' }, channels: { c: { address: 'a' } } };
    const operation = (action: string, channel: string): object => ({
      ...document,
      operations: { o: { action, channel: { $ref: `#/channels/${channel}` } } },
    });
    expect([validate(operation('send', 'c')), validate(operation('publish', 'c'))]).toEqual([true, false]);
    const found = await new Parser().validate(JSON.stringify(operation('send', 'd')));
    expect(found.some(({ severity }) => severity === 0)).toBe(true);
  });

  // The parser checks what a schema cannot: that operations, channels and messages belong together, and the examples.
  it.each(filesOf('asyncapi'))('$name is accepted by the parser of AsyncAPI', async ({ text, path }) => {
    const found = await new Parser().validate(text, { source: path });
    const errors = found.filter(({ severity }) => severity === 0);
    expect(errors.map(({ code, message, path: at }) => `${code} at /${at.join('/')}: ${message}`)).toEqual([]);
  });
});

describe('flows', () => {
  it('are there', () => {
    expect(named(filesOf('arazzo'))).toEqual([
      'flows/deviation-to-corrective-action.yaml',
      'flows/order-to-production.yaml',
      'flows/production-to-quality-release.yaml',
    ]);
  });

  // A runner or a test tool refuses to start a flow that is not Arazzo, or takes an output that no step has for empty.
  it.each(filesOf('arazzo'))('$name obeys the Arazzo rules of Redocly', async ({ path }) => {
    const config = await redoclyConfig();
    const problems = await lint({ ref: path, config });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`)).toEqual(
      [],
    );
  });
});

describe('the linter of Redocly', () => {
  it.each([
    ['struct', 'correlationId: $inputs.correlationId', 'correlation: $inputs.correlationId'],
    ['outputs-defined', '$steps.confirmFinally.outputs.recordId', '$steps.confirmFinally.outputs.number'],
    ['stepId-unique', 'stepId: awaitFinalConfirmed', 'stepId: confirmFinally'],
    ['sourceDescription-type', 'type: asyncapi', 'type: grpc'],
    ['no-unresolved-refs', '../objects/material-consumption.yaml', '../objects/material.yaml'],
  ])('would refuse by %s', async (rule, right, wrong) => {
    const { path, text } = fileOf('flows/order-to-production.yaml');
    const config = await redoclyConfig();
    expect(text).toContain(right);
    const problems = await lintFromString({ source: text.replace(right, wrong), absoluteRef: path, config });
    expect(problems.map(({ ruleId }) => ruleId)).toContain(rule);
  });
});

describeCorpus('cloudevents', (folder) => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(
    JSON.parse(readFileSync(`${folder}formats/cloudevents.json`, 'utf8')) as AnySchemaObject,
  );

  // Every SDK for CloudEvents refuses an envelope that is none, and the event is dead on arrival.
  it.each(filesBelow('examples/events', /\.json$/))('%s is a CloudEvent', (name) => {
    validate(readJson(name));
    expect((validate.errors ?? []).map(told)).toEqual([]);
  });
});
