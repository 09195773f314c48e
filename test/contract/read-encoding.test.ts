import { defaultLimits, readDocument } from '@millwright/contract';
import { describe, expect, it } from 'vitest';

const mark = '\ufeff';

function read(file: string, bytes: Uint8Array | string): unknown {
  const [document, diagnostics] = readDocument({ file, uri: `memory:${file}`, bytes }, defaultLimits);
  return document?.value ?? diagnostics.map(({ code, location }) => `${code} ${location?.line}:${location?.column}`);
}

/** Text in an encoding whose units have more than one byte; the high ones are NUL for ASCII. */
function encoded(text: string, unitBytes: 2 | 4, isBigEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * unitBytes));
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (unitBytes === 2) view.setUint16(at * 2, code, !isBigEndian);
    else view.setUint32(at * 4, code, !isBigEndian);
  }
  return new Uint8Array(view.buffer);
}

describe('the encoding of a file', () => {
  // An editor writes the mark, and a program hands the text on as it is: JSON was refused at its first character.
  it.each([
    ['a.json', '{"type": "string"}'],
    ['a.yaml', 'type: string\n'],
    ['a.yaml', 'type: &t string\n'],
    ['contract', '{"type": "string"}'],
  ])('does not matter for a byte order mark, as bytes or in memory: %s %j', (file, text) => {
    const wanted = { type: 'string' };
    expect(read(file, mark + text)).toEqual(wanted);
    expect(read(file, new TextEncoder().encode(mark + text))).toEqual(wanted);
  });

  it('keeps the places behind a mark', () => {
    expect(read('a.json', `${mark}{"a" 1}`)).toEqual(['contract/json-syntax 1:6']);
  });

  it('keeps a no-break space of no width that is no mark', () => {
    expect(read('a.json', `${mark}["${mark}"]`)).toEqual([mark]);
  });

  it.each([
    [2, false],
    [2, true],
    [4, false],
    [4, true],
  ] as const)('is told by its name when it has units of %i bytes, big-endian %s', (unitBytes, isBigEndian) => {
    for (const [file, text] of [
      ['a.json', '{"type": "string"}'],
      ['a.yaml', 'type: string'],
    ] as const) {
      expect(read(file, encoded(text, unitBytes, isBigEndian))).toEqual(['contract/not-utf-8 1:1']);
      expect(read(file, encoded(mark + text, unitBytes, isBigEndian))).toEqual(['contract/not-utf-8 1:1']);
    }
  });
});
