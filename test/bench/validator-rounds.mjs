// One load in a process of its own. Arguments: the folder of the compiled validators, a plan `{ name, valid, texts, schema }`
// and the file for the results: thousands of texts or checks per second, one figure a round.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { compilerOf } from './ajv-compiler.mjs';
import { median } from './measure.mjs';

const rounds = 21;
const warmUpMs = 500;
const roundMs = 25;
/** Size of a batch: values that were just parsed, as an application has them, still in the processor's cache. */
const batchCharacters = 65_536;

const [, , folder, plan, results] = process.argv;
const { name, valid, texts, schema } = JSON.parse(readFileSync(plan, 'utf8'));
const moduleAt = (file) => import(pathToFileURL(`${folder}/${file}`).href);
const ours = (await moduleAt('validators.js'))[`is${name}`];
const { violationsOf } = await moduleAt('validator-schemas.js');
const first = compilerOf().compile(schema);
const every = compilerOf({ allErrors: true }).compile(schema);

const characters = texts.reduce((sum, { length }) => sum + length, 0);
const batch = Array.from({ length: Math.max(1, Math.round(batchCharacters / characters)) }, () => texts).flat();

const contenders = { ours, peer: first };
if (!valid) {
  contenders.explained = (value) => violationsOf(name, value, 'strict').length === 0;
  contenders.peerExplained = every;
}
for (const [label, check] of Object.entries(contenders))
  for (const text of texts)
    if (check(JSON.parse(text)) !== valid)
      throw new Error(`${label} gives the wrong verdict about ${text.slice(0, 1000)}`);

/**
 * Parses a batch and checks what came out, until the checks have taken long enough. The median batch is what counts: one
 * into which another process or the garbage collector broke says nothing about the code.
 */
function measure(check, atLeastMs) {
  const [checks, parses] = [[], []];
  for (let checkMs = 0; checkMs < atLeastMs; ) {
    const start = performance.now();
    const values = batch.map((text) => JSON.parse(text));
    const middle = performance.now();
    let agreed = 0;
    for (const value of values) if (check(value) === valid) agreed += 1;
    const end = performance.now();
    if (agreed !== values.length) throw new Error('a verdict changed');
    checkMs += end - middle;
    checks.push(agreed / (end - middle));
    parses.push(agreed / (middle - start));
  }
  return { checks: median(checks), parses: median(parses) };
}

const rates = { parse: [], ...Object.fromEntries(Object.keys(contenders).map((label) => [label, []])) };
for (const check of Object.values(contenders)) measure(check, warmUpMs);
for (let round = 0; round < rounds; round += 1) {
  const order = Object.entries(contenders);
  if (round % 2 === 1) order.reverse();
  for (const [label, check] of order) {
    const { checks, parses } = measure(check, roundMs);
    rates[label].push(checks);
    if (label === 'ours') rates.parse.push(parses);
  }
}
writeFileSync(results, JSON.stringify(rates));
