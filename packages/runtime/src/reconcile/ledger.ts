import { hash } from 'node:crypto';

/** What is known of a key after both sides were read. */
export type KeyState = 'missing' | 'equal' | 'different' | 'extra';

const states: readonly KeyState[] = ['missing', 'equal', 'different', 'extra'];
/** Of SHA-256: two of a million objects that differ are taken for equal once in 10^26 comparisons. */
const hashBytes = 16;

/** Keys with a hash of what stands behind each: what is held of a side, instead of its objects. */
export class Ledger {
  readonly #places = new Map<string, number>();
  #hashes = Buffer.alloc(1_024 * hashBytes);
  #states = new Uint8Array(1_024);

  get size(): number {
    return this.#places.size;
  }

  stateOf(key: string): KeyState | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : states[this.#states[place] ?? 0];
  }

  /** A key that was not there. */
  add(key: string, state: KeyState, text: string): void {
    const place = this.#places.size;
    if (place === this.#states.length) this.#grow();
    this.#places.set(key, place);
    this.#states[place] = states.indexOf(state);
    hash('sha256', text, 'buffer').copy(this.#hashes, place * hashBytes, 0, hashBytes);
  }

  isSame(key: string, text: string): boolean {
    const place = this.#places.get(key);
    if (place === undefined) return false;
    const start = place * hashBytes;
    return hash('sha256', text, 'buffer').compare(this.#hashes, start, start + hashBytes, 0, hashBytes) === 0;
  }

  mark(key: string, state: KeyState): void {
    const place = this.#places.get(key);
    if (place !== undefined) this.#states[place] = states.indexOf(state);
  }

  #grow(): void {
    const [hashes, marks] = [this.#hashes, this.#states];
    this.#hashes = Buffer.alloc(hashes.length * 2);
    hashes.copy(this.#hashes);
    this.#states = new Uint8Array(marks.length * 2);
    this.#states.set(marks);
  }
}
