import type { Finding, JsonValue, Schema, Severity } from '@millwright/contract';
import type { Change, Direction, SchemaChange } from '../change.ts';
import type { Comparison } from '../compare/compare-contracts.ts';
import { hiddenDirection, isHidden } from '../compare/hidden.ts';
import { sorted } from '../relate/formula.ts';
import { annotationSeverity } from './annotations.ts';
import { partsOfValue, usesUndeclared } from './declared.ts';
import { placesOf } from './places.ts';
import { policy } from './policy.ts';
import { type Proof, Proofs } from './prove.ts';
import { codeOfProof, codeOfVerdict } from './rules.ts';
import { sentenceOf } from './wording.ts';
import { readsScalars } from './written.ts';

/** A change with its judgement. `location` is in the revision, `was` in the base. */
export interface DiffFinding extends Finding {
  readonly kind: string;
  readonly direction: Direction;
  readonly breaks: 'wire' | 'code' | 'nothing';
  /** Operations that it concerns, in order. */
  readonly operations: readonly string[];
  /** What changed within its kind, such as a property, a status or a role. */
  readonly name?: string;
  /** What it was and what it is, where the change is one of a value. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly was?: Finding['location'];
  readonly proof: Proof;
}

/**
 * Which way schemas are judged, by the names that schema registries have. `BACKWARD`: who reads by the revision understands
 * what was written by the base. `FORWARD`: who reads by the base understands what is written by the revision. `FULL`: both.
 */
export type Compatibility = 'BACKWARD' | 'FORWARD' | 'FULL';

export interface DiffOptions {
  /** Without it the direction in which a schema travels decides. */
  readonly compatibility?: Compatibility;
}

const ranks: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1 };
/** Ways to a changed component on which a proof is looked for, until one shows a break. */
const waysMax = 40;

/** Judges facts: what is no schema by the policy table, schemas by proof. */
export function judge({ changes, classes }: Comparison, { compatibility }: DiffOptions = {}): readonly DiffFinding[] {
  const proofs = new Proofs(classes);
  const findings = changes.flatMap((change) =>
    change.schema === undefined ? [judgeByPolicy(change)] : judgeByProof(change, proofs, compatibility),
  );
  return findings.sort(
    (left, right) =>
      ranks[right.severity] - ranks[left.severity] || (left.code < right.code ? -1 : left.code > right.code ? 1 : 0),
  );
}

/** The data of a change, which no wording has a part in. */
function dataOf({ name, before, after }: Change): Pick<DiffFinding, 'name' | 'before' | 'after'> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function judgeByPolicy(change: Change): DiffFinding {
  const key = policy[change.kind] === undefined ? `${change.direction} ${change.kind}` : change.kind;
  const verdict = policy[key];
  if (verdict === undefined) throw new Error(`invariant: no verdict for ${change.direction} ${change.kind}`);
  const filled = verdict.message.replace(/\{(name|before|after|operation)\}/g, (_, member: 'name') => {
    const value = change[member] as unknown;
    return typeof value === 'string'
      ? value
      : value === undefined || value === null
        ? 'nothing'
        : JSON.stringify(value);
  });
  return {
    code: codeOfVerdict(key),
    kind: change.kind,
    severity: verdict.severity,
    message: filled,
    direction: change.direction,
    breaks: verdict.breaks,
    operations: change.operations ?? (change.operation === undefined ? [] : [change.operation]),
    ...dataOf(change),
    ...placesOf(change),
    ...(verdict.why === undefined ? {} : { why: verdict.why }),
    ...(verdict.fix === undefined ? {} : { fix: verdict.fix }),
    proof: { kind: 'structural' },
  };
}

const sidesOf = { BACKWARD: ['in'], FORWARD: ['out'], FULL: ['in', 'out'] } as const;

function judgeByProof(
  change: Change,
  proofs: Proofs,
  compatibility: Compatibility = ofDirection(change.direction),
): readonly DiffFinding[] {
  const { schema } = change;
  if (schema === undefined) return [];
  return sidesOf[compatibility].map((towards): DiffFinding => {
    const { severity, proof } = judged(change, proofs, towards);
    const operations = [...new Set(schema.reached.map(({ usage }) => usage.operation))].sort();
    return {
      code: codeOfProof(change.kind, towards),
      kind: change.kind,
      severity,
      direction: change.direction,
      breaks: severity === 'info' ? 'nothing' : 'wire',
      operations,
      ...dataOf(change),
      ...placesOf(change),
      ...sentenceOf(change, towards, severity),
      proof,
    };
  });
}

/** What is got may only widen, what is given may only narrow; of a schema for itself nobody knows. */
function ofDirection(direction: Direction): Compatibility {
  if (direction === 'schema') return 'FULL';
  return direction === 'response' || direction === 'send' ? 'FORWARD' : 'BACKWARD';
}

interface Judged {
  readonly severity: Severity;
  readonly proof: Proof;
}

/** By proof where values show the change, by who acts on it where they do not; what does not travel shows nothing. */
function judged(change: Change, proofs: Proofs, towards: 'in' | 'out'): Judged {
  const ways = change.schema?.reached.filter((way) => !isUnseen(change, way)) ?? [];
  const annotation = annotationSeverity(change, ways, towards);
  if (annotation === undefined) return strongest(change, ways, { proofs, towards });
  return { severity: ways.length === 0 ? 'info' : annotation, proof: { kind: 'structural' } };
}

/** True when the change lies in a member that does not travel this way, or is about such a member. */
function isUnseen({ kind, name, schema }: Change, { usage, path }: SchemaChange['reached'][number]): boolean {
  if (isHidden(usage.direction, path)) return true;
  if (name === undefined || !aboutMember.test(kind)) return false;
  const members = [schema?.base, schema?.revision].map((node) => node?.properties?.get(name));
  return hiddenDirection(members) === usage.direction;
}

const aboutMember = /^((required|optional)-)?property-/;

/** The worst that any way to the component shows. */
function strongest(
  change: Change,
  ways: SchemaChange['reached'],
  { proofs, towards }: { readonly proofs: Proofs; readonly towards: 'in' | 'out' },
): Judged {
  let worst: Judged = { severity: 'info', proof: { kind: 'contained' } };
  for (const reached of ways.slice(0, waysMax)) {
    const areScalarsRead = readsScalars(change, reached, { proofs, towards });
    const proof = proofs.prove(change, reached, { towards, areScalarsRead });
    const judged: Judged = { severity: severityOf(proof, change, { reached, proofs, towards }), proof };
    if (ranks[judged.severity] > ranks[worst.severity]) worst = judged;
    if (worst.severity === 'error' && worst.proof.kind === 'witness') break;
  }
  return worst;
}

/**
 * An undecided pair counts as a break: a gate never hides one. A witness inside the declared vocabulary is an error; one that
 * needs members or values that the base never spoke of can be noticed only by who relies on them.
 */
function severityOf(
  proof: Proof,
  change: Change,
  {
    reached: { usage, path },
    proofs,
    towards,
  }: { readonly reached: SchemaChange['reached'][number]; readonly proofs: Proofs; readonly towards: 'in' | 'out' },
): Severity {
  if (proof.kind === 'contained' || proof.kind === 'structural') return 'info';
  if (proof.kind === 'unproven') return 'error';
  if (towards === 'out' && change.kind === 'enum-value-added') return keepsAnyValue(change) ? 'warning' : 'error';
  if (aboutUndeclared.test(change.kind)) return 'error';
  // Whatever else the value holds: what readers were promised is not in it.
  if (towards === 'out' && aboutPromised.test(change.kind)) return 'error';
  if (!usesUndeclared([usage.base], proof.instance)) return 'error';
  // New members may have to come with it: a reader who ignores them is left with what the base refuses.
  const node = towards === 'out' ? change.schema?.base : undefined;
  const parts = partsOfValue(proof.instance, path).filter((part) => isLeaf(part) || aboutBranches.test(change.kind));
  return node !== undefined && proofs.isRefusedWithout(node, parts) ? 'error' : 'warning';
}

/** Rules about members that have no declaration of their own: for them such a member is declared. */
const aboutUndeclared =
  /^(pattern-properties|min-properties|max-properties|additional-properties|property-names|dependent-required|dependent-schemas|unevaluated-properties|unevaluated-items|not)-/;

/** A value without members of its own, which shows a change by itself. */
const isLeaf = (value: JsonValue): boolean => typeof value !== 'object' || value === null;

/** An object that fits a new branch only. Other changes of an object are not told apart by what it has besides. */
const aboutBranches = /^(any|one)-of-branch-added$/;

const aboutPromised = /^(required-property-removed|property-became-optional)$/;

/** Readers are prepared for another value beside those that they know, not for none of these ever coming. */
function keepsAnyValue({ schema }: Change): boolean {
  const valuesOf = (node: Schema | undefined): readonly string[] =>
    (node !== undefined && 'const' in node ? [node.const as JsonValue] : (node?.enum ?? [])).map((value) =>
      JSON.stringify(sorted(value)),
    );
  const kept = new Set(valuesOf(schema?.revision));
  return valuesOf(schema?.base).some((value) => kept.has(value));
}
