import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { Loss, Mapped } from '../loss.ts';
import { MesError } from '../mes-error.ts';
import type { B2mmlDocument, B2mmlElement, B2mmlValue } from './element.ts';
import { membersOfType } from './members.ts';
import { b2mmlNamespace } from './write-xml.ts';

/** What a document may cost. */
export interface XmlLimits {
  /** Length of the text in UTF-16 code units. */
  readonly lengthMax?: number;
  readonly depthMax?: number;
  readonly elementsMax?: number;
  readonly attributesPerElementMax?: number;
}

const defaults = { lengthMax: 16 * 2 ** 20, depthMax: 64, elementsMax: 200_000, attributesPerElementMax: 64 };

/** Lists are stated one by one up to this number. */
const lossesMax = 1_000;

interface Open {
  readonly name: string;
  /** Undefined for what nothing maps: it is skipped with all that it holds. */
  readonly type: string | undefined;
  readonly pointer: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Record<string, B2mmlValue | B2mmlValue[]>;
  text: string;
}

/**
 * A document of the XML of B2MML 7, as B2MML-JSON, and what of it no mapping knows. Throws `mes/unreadable-document` for text that is
 * not well formed, is over a limit, is of another version, or has a document type: without one there are no entities to expand.
 */
export function readXml(text: string, limits: XmlLimits = {}): Mapped<B2mmlDocument> {
  const bounds = { ...defaults, ...limits };
  if (text.length > bounds.lengthMax)
    throw unreadable(`the text is longer than ${bounds.lengthMax}`, 'Send smaller lists.');
  return new DocumentReader(bounds).read(text);
}

class DocumentReader {
  readonly #bounds: Required<XmlLimits>;
  readonly #open: Open[] = [];
  readonly #losses: Loss[] = [];
  #elements = 0;
  #root: B2mmlDocument | undefined;

  constructor(bounds: Required<XmlLimits>) {
    this.#bounds = bounds;
  }

  read(text: string): Mapped<B2mmlDocument> {
    const parser = new SaxesParser({ xmlns: true });
    parser.on('error', (error) => {
      throw unreadable(`not well-formed XML: ${error.message}`, 'Have the sender repair its XML.');
    });
    parser.on('doctype', () => {
      throw unreadable('a document type declaration is refused', 'Send B2MML without one; its schema is XSD.');
    });
    // Counted as they come: the event of the element follows only after its last attribute.
    let attributes = 0;
    parser.on('opentagstart', () => {
      attributes = 0;
      this.#count();
    });
    parser.on('attribute', () => {
      attributes += 1;
      const max = this.#bounds.attributesPerElementMax;
      if (attributes > max) throw unreadable(`an element has over ${max} attributes`, 'Send B2MML.');
    });
    parser.on('opentag', (tag) => this.#start(tag));
    parser.on('text', (part) => this.#append(part));
    parser.on('cdata', (part) => this.#append(part));
    parser.on('closetag', () => this.#end());
    parser.write(text).close();
    if (this.#root === undefined) throw unreadable('there is no element', 'Send a JobList or a JobResponseList.');
    return [this.#root, this.#losses];
  }

  #count(): void {
    this.#elements += 1;
    if (this.#elements > this.#bounds.elementsMax)
      throw unreadable(`there are over ${this.#bounds.elementsMax} elements`, 'Send smaller lists.');
    if (this.#open.length >= this.#bounds.depthMax)
      throw unreadable(`elements are nested over ${this.#bounds.depthMax} deep`, 'Send B2MML.');
  }

  #append(part: string): void {
    const open = this.#open.at(-1);
    if (open !== undefined && open.type !== undefined) open.text += part;
  }

  #start({ local, uri, attributes }: SaxesTagNS): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#checkRoot(local, uri);
    const member =
      uri === b2mmlNamespace && parent?.type !== undefined
        ? membersOfType[parent.type]?.find(([name]) => name === local)
        : undefined;
    const type = parent === undefined ? local : member?.[1];
    const siblings = parent?.children[local];
    const index = Array.isArray(siblings) ? siblings.length : 0;
    const pointer = `${parent?.pointer ?? ''}/${local}${member?.[2] === 'many' ? `/${index}` : ''}`;
    if (parent?.type !== undefined && type === undefined) this.#lose(pointer, 'no mapping knows the element');
    if (siblings !== undefined && member !== undefined && member[2] === undefined)
      throw unreadable(`${pointer} stands there twice`, 'Send B2MML that its schema accepts.');
    this.#open.push({
      name: local,
      type,
      pointer,
      attributes: this.#attributesOf(attributes, type, pointer),
      children: {},
      text: '',
    });
  }

  #checkRoot(local: string, uri: string): void {
    if (uri !== b2mmlNamespace)
      throw unreadable(
        `the namespace ${JSON.stringify(uri.slice(0, 200))} is not that of B2MML 7`,
        `Send ${b2mmlNamespace}.`,
      );
    if (local !== 'JobList' && local !== 'JobResponseList')
      throw unreadable(`the element ${local.slice(0, 200)} is not read`, 'Send a JobList or a JobResponseList.');
  }

  #attributesOf(
    attributes: SaxesTagNS['attributes'],
    type: string | undefined,
    pointer: string,
  ): Readonly<Record<string, string>> {
    if (type === undefined) return {};
    const simple = membersOfType[type] === undefined;
    const kept: [string, string][] = [];
    for (const { local, uri, value } of Object.values(attributes)) {
      // Declarations of namespaces and hints for validators say nothing of the content.
      if (uri === 'http://www.w3.org/2000/xmlns/' || uri === 'http://www.w3.org/2001/XMLSchema-instance') continue;
      if (simple && uri === '') kept.push([`@${local}`, value]);
      else this.#lose(`${pointer}/@${local}`, 'no mapping knows the attribute');
    }
    return Object.fromEntries(kept);
  }

  #end(): void {
    const { name, type, pointer, attributes, children, text } = this.#open.pop() as Open;
    const parent = this.#open.at(-1);
    if (type === undefined) return;
    const members = membersOfType[type];
    if (members !== undefined && /\S/.test(text))
      throw unreadable(`${pointer} has text between its elements`, 'Send B2MML that its schema accepts.');
    const value = members === undefined ? simpleValue(type, text, attributes) : (children as B2mmlElement);
    if (parent === undefined) {
      this.#root = { [name]: value } as unknown as B2mmlDocument;
      return;
    }
    const many = membersOfType[parent.type as string]?.find(([member]) => member === name)?.[2] === 'many';
    const siblings = parent.children[name];
    if (Array.isArray(siblings)) siblings.push(value);
    else parent.children[name] = many ? [value] : value;
  }

  #lose(pointer: string, reason: string): void {
    if (this.#losses.length >= lossesMax)
      throw unreadable(`over ${lossesMax} parts are known to no mapping`, 'Send what is mapped.');
    this.#losses.push({ pointer, reason });
  }
}

function simpleValue(type: string, text: string, attributes: Readonly<Record<string, string>>): B2mmlValue {
  const number = type === 'number' && /^\s*[+-]?[0-9]{1,15}(\.[0-9]*)?\s*$/.test(text) ? Number(text) : undefined;
  const value = number ?? text;
  return Object.keys(attributes).length === 0 ? value : { $: value, ...attributes };
}

function unreadable(message: string, fix: string): MesError {
  return new MesError('mes/unreadable-document', message, { key: '', pointer: '' }, fix);
}
