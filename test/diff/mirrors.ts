/** Words that say the opposite of each other. */
const opposites: readonly (readonly [string, string])[] = [
  // The longer words first: `empty-allowed` ends in `allowed`.
  ['empty-allowed', 'empty-refused'],
  // Of schemas, which are judged by proof.
  ['media-type-widened', 'media-type-narrowed'],
  ['type-widened', 'type-dropped'],
  ['became-nullable', 'became-not-nullable'],
  ['schema-constrained', 'schema-freed'],
  ['items-constrained', 'items-freed'],
  ['properties-constrained', 'properties-freed'],
  ['schema-forbidden', 'schema-freed'],
  ['object-closed', 'object-opened'],
  ['opened', 'closed'],
  ['lengthened', 'shortened'],
  ['increased', 'decreased'],
  ['added', 'removed'],
  ['became-required', 'became-optional'],
  ['raised', 'lowered'],
  ['declared', 'undeclared'],
  ['deprecated', 'reactivated'],
  ['widened', 'narrowed'],
  ['allowed', 'escaped'],
  ['restricted', 'freed'],
  ['demanded', 'dropped'],
  ['begun', 'ended'],
  ['moved-earlier', 'moved-later'],
  ['lost-right', 'gained-right'],
];

/** Read the other way round, the same thing happened. */
const ownMirror = /-(changed|renamed|moved|turned-round)$/;

/** What happened, whatever had been announced of it or when. */
const plainly = (kind: string): string =>
  kind.replace(/-removed-(without|before|after)-sunset$/, '-removed').replace(/-added-in-the-past$/, '-added');

/** The kind that undoes one; empty where its name does not say. */
export function mirrorOf(kind: string): string {
  const plain = plainly(kind);
  if (ownMirror.test(plain)) return plain;
  for (const [left, right] of opposites) {
    const at = (word: string): RegExp => new RegExp(`(^|-)${word}$`);
    // The longer word first: `undeclared` ends in `declared`.
    if (at(right).test(plain)) return plain.replace(at(right), `$1${left}`);
    if (at(left).test(plain)) return plain.replace(at(left), `$1${right}`);
  }
  return '';
}

/** The demand of a parameter that goes is told on one side only; the rest of a name counts. */
export const worded = (kind: string): string =>
  plainly(kind)
    .replace(/^(required|optional)-(parameter)/, '$2')
    // What a schema is forbidden or constrained to by one side it is freed from by the other.
    .replace(/^schema-forbidden$/, 'schema-constrained')
    .replace(/^security-tightened$/, 'security-alternative-removed');
// A default that rises is one that fell; whether the version is right has no other way round.
export const mirrored = (kind: string): string => mirrorOf(worded(kind)) || worded(kind);
