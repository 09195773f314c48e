import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readXml, writeXml } from '@millwright/mes';
import { describe, expect, it } from 'vitest';
import { roundTrips, without } from './round-trip.ts';

const root = fileURLToPath(new URL('../../schemas/examples/', import.meta.url));

describe.each(roundTrips)('$object through B2MML', ({ examples, toDocument, fromDocument }) => {
  const files = globSync(`${examples}/valid/*.json`, { cwd: root }).sort();

  it('has examples', () => expect(files.length).toBeGreaterThan(2));
  describe.each(files.map((file) => [basename(file), file] as const))('%s', (_name, file) => {
    const value = JSON.parse(readFileSync(`${root}${file}`, 'utf8'));
    const [document, losses] = toDocument(value as never);
    const lost = losses.map(({ pointer }) => pointer);

    it('comes back from JSON without what is told as lost', () => {
      const [back, lossesOfReading] = fromDocument(JSON.parse(JSON.stringify(document)));
      expect(without(back, lost)).toEqual(without(value, lost));
      expect(lossesOfReading).toEqual([]);
    });
    it('comes back from XML as from JSON', () => {
      const [read, unknown] = readXml(writeXml(document));
      expect(read).toEqual(JSON.parse(JSON.stringify(document)));
      expect(unknown).toEqual([]);
    });
  });
});
