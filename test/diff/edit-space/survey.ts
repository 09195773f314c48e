import { type Contract, type JsonValue, loadContract } from '@millwright/contract';
import { compareContracts } from '@millwright/diff';
import { policy } from '../../../packages/diff/src/judge/policy.ts';
import { mirrored, worded } from '../mirrors.ts';
import { type EditName, type Location, locationsOf, type Pair } from './edits.ts';
import type { Format } from './meta-schemas.ts';
import { isSchema, placesOf } from './places.ts';
import type { Seeds } from './values.ts';

/** An edit at one location in one place, and what came of it. */
export interface Edit {
  /** `parameter.explode`. */
  readonly location: string;
  readonly edit: EditName;
  /** `paths: operation.parameters`: what it was reached by, and the field that its kind stands in. */
  readonly place: string;
  /** Instances of the kind in which nothing was told of it. */
  readonly silent: readonly string[];
  readonly isBuilt: boolean;
  /** The meta-schema says that there is no such edit: the field is demanded, or has one value. */
  readonly isRuledOut: boolean;
}

export interface Survey {
  readonly kinds: ReadonlySet<string>;
  readonly edits: readonly Edit[];
  /** Edits whose undoing is told otherwise than they are. */
  readonly crooked: readonly string[];
  /** Documents that differ from themselves. */
  readonly restless: readonly string[];
}

/** Every edit that the meta-schema of a format allows, made once in every place and every instance. */
export async function surveyOf(format: Format, seeds: Seeds): Promise<Survey> {
  const places = placesOf(format, seeds);
  const surveyor = new Surveyor();
  const edits: Edit[] = [];
  for (const place of places) {
    await surveyor.holdAgainstItself(place.document);
    for (const location of locationsOf(place, format, seeds)) edits.push(...(await surveyor.outcomesOf(location)));
  }
  const kinds = new Set(places.map(({ kind }) => kind.name));
  return { kinds, edits, crooked: surveyor.crooked, restless: surveyor.restless };
}

/** Whether something is told of an edit and of its undoing, as far as the two documents can be read. */
interface Outcome {
  readonly isRead: boolean;
  readonly forth: boolean;
  readonly back: boolean;
}

type Told = Outcome & { readonly variant: string };

type Variant = Location['edits'][number];

class Surveyor {
  readonly crooked: string[] = [];
  readonly restless: string[] = [];
  readonly #contracts = new Map<string, Contract | undefined>();

  async outcomesOf({ name, place, isWhole, isConstant, isRequired, edits }: Location): Promise<readonly Edit[]> {
    // A keyword says something about values of its type only, so one instance of a schema is enough.
    const isOneEnough = isSchema(place.kind);
    const outcomesOf = async (word: EditName, pairsOf: (edit: Variant) => readonly Pair[]): Promise<Told[]> => {
      const outcomes: Told[] = [];
      for (const edit of edits) {
        const outcome = await this.#outcome(pairsOf(edit), `${word} ${name}`);
        outcomes.push({ variant: edit.variant, ...outcome });
        if (isOneEnough && outcome.forth && outcome.back) break;
      }
      return outcomes;
    };
    const added = await outcomesOf('add', (edit) => edit.added);
    const changed = await outcomesOf('change', (edit) => edit.changed);
    const edited = (edit: EditName, outcomes: readonly Told[], isTold: (outcome: Outcome) => boolean): Edit => {
      const read = outcomes.filter(({ isRead }) => isRead);
      const silent = read.filter((outcome) => !isTold(outcome));
      const isEnough = isOneEnough && silent.length < read.length;
      return {
        location: name,
        edit,
        place: `${place.surface}: ${place.edge}`,
        silent: isEnough ? [] : silent.map(({ variant }) => variant),
        isBuilt: read.length > 0,
        isRuledOut: edit === 'change' ? isWhole || isConstant : isRequired,
      };
    };
    return [
      edited('add', added, ({ forth }) => forth),
      edited('remove', added, ({ back }) => back),
      edited('change', changed, ({ forth }) => forth),
    ];
  }

  /** Some values make no difference, such as a default that is written out; that one does is enough. */
  async #outcome(pairs: readonly Pair[], edit: string): Promise<Outcome> {
    let outcome: Outcome = { isRead: false, forth: false, back: false };
    for (const pair of pairs) {
      const [base, revision] = [await this.#load(pair[0]), await this.#load(pair[1])];
      // The reader is stricter than the meta-schema: it wants references that lead somewhere.
      if (base === undefined || revision === undefined) continue;
      const [forth, back] = [toldOf(base, revision), toldOf(revision, base)];
      outcome = {
        isRead: true,
        forth: outcome.forth || forth.length > 0,
        back: outcome.back || back.length > 0,
      };
      // A version that rises is what should happen, and is not told.
      const plain = (kinds: readonly string[]): readonly string[] =>
        kinds.filter((kind) => !kind.startsWith('version-'));
      const mirror = plain(forth).map(mirrored).sort().join();
      const undone = plain(back).map(worded).sort().join();
      if (mirror !== undone) this.crooked.push(`${edit}: ${mirror} against ${undone}`);
      if (outcome.forth && outcome.back) break;
    }
    return outcome;
  }

  async #load(document: JsonValue): Promise<Contract | undefined> {
    const text = JSON.stringify(document);
    if (!this.#contracts.has(text)) this.#contracts.set(text, await contractOf(text));
    return this.#contracts.get(text);
  }

  /** Reads a document twice, and holds one against the other. */
  async holdAgainstItself(document: JsonValue): Promise<void> {
    this.#contracts.clear();
    const text = JSON.stringify(document);
    const [one, other] = [await contractOf(text), await contractOf(text)];
    if (one !== undefined && other !== undefined && compareContracts(one, other).changes.length > 0)
      this.restless.push(text);
  }
}

/** Kinds of what is told, each with a verdict; a schema has one always, by proof. Whether the version is right is told of anything, and has no other way round. */
function toldOf(base: Contract, revision: Contract): readonly string[] {
  const { changes } = compareContracts(base, revision);
  for (const { kind, direction, schema } of changes)
    if (schema === undefined && !(kind in policy) && !(`${direction} ${kind}` in policy))
      throw new Error(`no verdict on ${direction} ${kind}`);
  return changes.map(({ kind }) => kind).filter((kind) => kind !== 'version-not-bumped');
}

/** Undefined where the reader, which is stricter than the meta-schema, refuses a document. */
export function readDocument(document: JsonValue): Promise<Contract | undefined> {
  return contractOf(JSON.stringify(document));
}

async function contractOf(text: string): Promise<Contract | undefined> {
  const files = new Map([['contract.json', text]]);
  const [contract, diagnostics] = await loadContract({ entries: ['contract.json'], files });
  return diagnostics.some(({ severity }) => severity === 'error') ? undefined : contract;
}
