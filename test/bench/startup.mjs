// What a command costs before it does anything, against a Node process that does nothing and a peer.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, milliseconds, printSpread, ratioOf } from './measure.mjs';
import { millwright, openapiTypescript, versions } from './programs.mjs';
import { withScratch } from './scratch.mjs';

const rounds = 25;

const smallSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://example.com/part.json',
  title: 'Part',
  description: 'A part.',
  type: 'object',
  properties: { number: { description: 'Number of the part.', type: 'string', maxLength: 64, examples: ['P-1'] } },
};

export function measure() {
  return withScratch(async (folder) => {
    const [empty, small] = [join(folder, 'empty.mjs'), join(folder, 'part.json')];
    writeFileSync(empty, '');
    writeFileSync(small, JSON.stringify(smallSchema));
    // Found or not found, the rules were run: both exit codes count.
    const ours = (label, ...args) => ({ label, memory: false, exitCodes: [0, 1], args: () => [millwright, ...args] });
    const [nothing, help, lint, peer] = interleave(
      [
        { label: 'empty', memory: false, args: () => [empty] },
        ours('millwright --help', '--help'),
        ours('millwright lint', 'lint', small),
        { label: 'openapi-typescript --help', memory: false, args: () => [openapiTypescript, '--help'] },
      ],
      rounds,
    ).map(milliseconds);
    const row = (question, our, their, version) => ({
      question,
      ours: printSpread(our, 'ms'),
      peer: printSpread(their, 'ms'),
      ratio: ratioOf(their, our),
      versions: version,
    });
    return [
      row('--help, against an empty process', help, nothing, versions.node),
      row('lint of a small file, against an empty process', lint, nothing, versions.node),
      row('--help, against the peer', help, peer, versions.openapiTypescript),
    ];
  });
}
