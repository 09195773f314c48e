import { type B2mmlElement, type B2mmlValue, isElement, textOf } from '../b2mml/element.ts';
import type { Trail } from '../loss.ts';
import { MesError } from '../mes-error.ts';

/** Reads an element member by member; what nobody took is what the mapping loses. */
export class Cursor {
  readonly pointer: string;
  readonly trail: Trail;
  readonly #left: Map<string, B2mmlValue>;

  constructor(element: B2mmlElement, pointer: string, trail: Trail) {
    this.pointer = pointer;
    this.trail = trail;
    this.#left = new Map(Object.entries(element));
  }

  has(name: string): boolean {
    return this.#left.has(name);
  }

  take(name: string): B2mmlValue | undefined {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  /** Text of a simple element, of the only one where it may repeat. Attributes are told as lost. */
  text(name: string): string | undefined {
    const all = this.texts(name);
    if (all.length > 1) this.lose(`${name}/1`, 'the canonical object has place for one');
    return all[0];
  }

  texts(name: string): readonly string[] {
    const value = this.take(name);
    const many = Array.isArray(value);
    return (many ? value : value === undefined ? [] : [value]).map((each: B2mmlValue, index) => {
      const place = many ? `${name}/${index}` : name;
      const text = textOf(each);
      if (text === undefined) throw this.wrong(place, 'is no text');
      if (isElement(each))
        for (const key of Object.keys(each)) if (key !== '$') this.lose(`${place}/${key}`, 'attributes are not mapped');
      return text;
    });
  }

  child(name: string): Cursor | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (!isElement(value)) throw this.wrong(name, 'is no element with children');
    return new Cursor(value, `${this.pointer}/${name}`, this.trail);
  }

  /** The elements of a list that `wanted` accepts; the others stay for somebody else. */
  children(name: string, wanted: (element: B2mmlElement) => boolean = () => true): readonly Cursor[] {
    const value = this.#left.get(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.wrong(name, 'is no list');
    const taken: Cursor[] = [];
    const rest = value.map((each: B2mmlValue, index) => {
      if (each === gone) return gone;
      if (!isElement(each)) throw this.wrong(`${name}/${index}`, 'is no element with children');
      if (!wanted(each)) return each;
      taken.push(new Cursor(each, `${this.pointer}/${name}/${index}`, this.trail));
      return gone;
    });
    this.#left.set(name, rest);
    return taken;
  }

  lose(place: string, reason: string): void {
    this.trail.losses.push({ pointer: `${this.pointer}/${place}`, reason });
  }

  wrong(place: string, message: string): MesError {
    const at = { key: this.trail.key, pointer: `${this.pointer}/${place}` };
    return new MesError('mes/not-canonical', message, at, 'Send B2MML that its schema accepts.');
  }

  /** Tells what was not taken. */
  end(): void {
    for (const [name, value] of this.#left)
      if (!Array.isArray(value)) this.lose(name, 'the canonical object has no place for it');
      else
        for (const [index, each] of value.entries())
          if (each !== gone) this.lose(`${name}/${index}`, 'the canonical object has no place for it');
  }
}

/** Stands where an element of a list was taken, so that indices keep their meaning. */
const gone: B2mmlElement = Object.freeze({});
