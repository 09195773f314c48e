import { MesError } from '../mes-error.ts';
import { type B2mmlDocument, type B2mmlElement, type B2mmlValue, isElement, textOf } from './element.ts';
import { membersOfType } from './members.ts';

export const b2mmlNamespace = 'http://www.mesa.org/xml/B2MML';

/** What XML 1.0 (2.2, Char) cannot hold, not even as a character reference. */
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** The XML of a document, elements in the order of MESA's XSD. Throws `mes/lossy-conversion` for characters that XML cannot hold. */
export function writeXml(document: B2mmlDocument): string {
  const [[name, content] = ['', {}]] = Object.entries<B2mmlElement>(document);
  const at = { key: textOf(content['ID']) ?? '', pointer: `/${name}` };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${print(name, name, content, ` xmlns="${b2mmlNamespace}"`, at)}\n`;
}

interface Place {
  readonly key: string;
  readonly pointer: string;
}

function print(name: string, type: string, value: B2mmlValue, attributes: string, at: Place): string {
  const members = membersOfType[type];
  if (members === undefined) return printSimple(name, value, at);
  const element = isElement(value) ? value : {};
  const known = new Set(members.map(([member]) => member));
  const stray = Object.keys(element).find((member) => !known.has(member));
  if (stray !== undefined)
    throw new MesError(
      'mes/lossy-conversion',
      `${type} has no element ${stray} here`,
      { ...at, pointer: `${at.pointer}/${stray}` },
      'Write such a document as B2MML-JSON.',
    );
  const children = members.flatMap(([member, memberType]) => {
    const content = element[member];
    if (content === undefined) return [];
    const all = Array.isArray(content) ? content : [content];
    return all.map((child: B2mmlValue, index) =>
      print(member, memberType, child, '', {
        key:
          member === 'JobOrder' || member === 'JobResponse'
            ? (textOf(isElement(child) ? child['ID'] : '') ?? '')
            : at.key,
        pointer: `${at.pointer}/${member}${Array.isArray(content) ? `/${index}` : ''}`,
      }),
    );
  });
  return `<${name}${attributes}>${children.join('')}</${name}>`;
}

function printSimple(name: string, value: B2mmlValue, at: Place): string {
  const attributes = isElement(value)
    ? Object.entries(value)
        .filter(([key]) => key.startsWith('@'))
        .map(([key, text]) => ` ${attributeName(key.slice(1), at)}="${escapeText(String(text), at)}"`)
    : [];
  return `<${name}${attributes.join('')}>${escapeText(textOf(value) ?? '', at)}</${name}>`;
}

/** Names come from JSON of others; a name that holds markup would write elements of its own. */
function attributeName(name: string, at: Place): string {
  if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) return name;
  throw new MesError(
    'mes/lossy-conversion',
    `${JSON.stringify(name)} is no name of an attribute`,
    at,
    'Send B2MML-JSON that its schema accepts.',
  );
}

/** White space is written as references, because a reader turns CR into LF (2.11) and all of it into blanks in attributes (3.3.3). */
function escapeText(text: string, at: Place): string {
  const bad = notInXml.exec(text);
  if (bad !== null)
    throw new MesError(
      'mes/lossy-conversion',
      `the text has the character U+${bad[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}, which XML cannot hold`,
      at,
      'Take the character out, or write B2MML-JSON.',
    );
  return text.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
