// Checks per second of the generated validators, against the peer's compiled code and against JSON.parse on the same texts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileValidators, jsonSchemasOf } from './generated-validators.mjs';
import { printSpread, ratioOf, runOnce } from './measure.mjs';
import { versions } from './programs.mjs';
import { withScratch } from './scratch.mjs';
import { loads } from './validator-loads.mjs';

const script = fileURLToPath(new URL('validator-rounds.mjs', import.meta.url));

export function measure() {
  return withScratch(async (folder) => {
    const [js, plan, results] = [compileValidators(folder), join(folder, 'plan.json'), join(folder, 'results.json')];
    const all = loads();
    const schemas = await jsonSchemasOf([...new Set(all.map(({ name }) => name))]);
    const rows = [];
    for (const load of all) {
      // One process for each load: what the engine learnt from one must not help or hinder the next.
      writeFileSync(plan, JSON.stringify({ ...load, schema: schemas.get(load.name) }));
      runOnce({ label: load.label, memory: false, args: () => [script, js, plan, results] });
      rows.push(...rowsOf(load, results));
    }
    return rows;
  });
}

function rowsOf({ label, valid }, results) {
  const { ours, peer, parse, explained, peerExplained } = JSON.parse(readFileSync(results, 'utf8'));
  const row = (question, our, their, goal, version) => ({
    question: `${label}: ${question}`,
    ours: printSpread(our, 'k/s'),
    peer: printSpread(their, 'k/s'),
    ratio: ratioOf(our, their),
    goal,
    versions: version,
  });
  return valid
    ? [
        row('checks against ajv', ours, peer, 'at least 1', versions.ajv),
        row('checks against JSON.parse', ours, parse, 'at least 3', versions.node),
      ]
    : [
        row('first error against ajv', ours, peer, 'at least 1', versions.ajv),
        row('every error against ajv', explained, peerExplained, undefined, versions.ajv),
      ];
}
