// What an application pays at start for its validators: importing the compiled module, against compiling them with the peer.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileValidators, jsonSchemaOfAll } from './generated-validators.mjs';
import { interleave, median, milliseconds, printSpread } from './measure.mjs';
import { versions } from './programs.mjs';
import { withScratch } from './scratch.mjs';

const rounds = 31;
const peerScript = fileURLToPath(new URL('import-with-ajv.mjs', import.meta.url));

export function measure() {
  return withScratch(async (folder) => {
    const js = compileValidators(folder);
    const [empty, ours, json] = ['empty.mjs', 'ours.mjs', 'all.json'].map((name) => join(folder, name));
    writeFileSync(empty, '');
    writeFileSync(ours, `import ${JSON.stringify(pathToFileURL(join(js, 'validators.js')).href)};\n`);
    writeFileSync(json, JSON.stringify(await jsonSchemaOfAll()));
    const [nothing, our, peer] = interleave(
      [
        { label: 'empty', memory: false, args: () => [empty] },
        { label: 'generated validators', memory: false, args: () => [ours] },
        { label: 'ajv', memory: false, args: () => [peerScript, json] },
      ],
      rounds,
    ).map(milliseconds);
    const above = (times) => times.map((ms, index) => ms - nothing[index]);
    return [
      {
        question: 'validators ready, above an empty process',
        ours: printSpread(above(our), 'ms'),
        peer: printSpread(above(peer), 'ms'),
        // Of the medians: one noisy pair can take a small difference below zero.
        ratio: median(above(peer)) / median(above(our)),
        goal: 'under 20 ms',
        versions: versions.ajv,
      },
    ];
  });
}
