import { governanceOf, type Schema, toJsonSchema } from '@millwright/contract';
import {
  reconcile as compareSides,
  type ReconcileOptions,
  type ReconcileTotals,
  sidesOf,
  UnsortedSide,
} from '@millwright/runtime/reconcile';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import { exactJson, type ReconcileWording, wordDifference, wordTotals } from '../format/reconcile-text.ts';
import { openSchema, type SchemaFlags } from '../input/open-schema.ts';
import { sideOf } from '../reconcile/read-objects.ts';
import type { Terminal } from '../terminal.ts';
import { PayloadChecker, unknownSchema } from '../validate/payload-checker.ts';

export interface ReconcileFlags extends SchemaFlags {
  readonly key?: readonly string[];
  readonly versionMember?: string;
  readonly ignore?: readonly string[];
  readonly sorted?: boolean;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/** Differences that the text shows; JSON has all of them. */
const shownMax = 200;

/** `millwright reconcile`: what two systems have exported of the same objects, held against each other. */
export async function reconcile(
  paths: readonly string[],
  flags: ReconcileFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const [first, second, ...more] = paths.map(sideOf);
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageFailure(
      `${paths.length} ${paths.length === 1 ? 'side was' : 'sides were'} named, not two`,
      'Name two files, such as erp=erp.ndjson mes=mes.ndjson.',
    );
  if (flags.key === undefined)
    throw new UsageFailure(
      'No key was named',
      'Name the members that name an object, such as --key itemNumber,lotNumber.',
    );
  const schema =
    flags.schema === undefined ? undefined : await namedSchema(flags, await loadConfig(flags.config), terminal);
  if (schema === 'unreadable') return exitCodes.invalidContract;
  const sides = sidesOf(first, second, schema === undefined ? undefined : systemOfRecordOf(schema));
  const { record, copy, isDeclared } = sides;
  terminal.progress(
    `${record.name} is right${isDeclared ? ', as the system of record by x-governance' : ', since it is named first'}`,
  );
  const options: ReconcileOptions = {
    key: flags.key,
    ...(flags.versionMember === undefined ? {} : { version: flags.versionMember }),
    ...(schema === undefined ? {} : { schema: toJsonSchema(schema) }),
    ...(flags.ignore === undefined ? {} : { ignore: pointersOf(flags.ignore) }),
    ...(flags.sorted === undefined ? {} : { sorted: flags.sorted }),
  };
  const wording = { record: record.name, copy: copy.name, key: flags.key, colours: terminal.colours };
  const write = flags.format === 'json' ? writeJson : writeText;
  const totals = await write(compareSides(sides, options), wording, terminal).catch((error: unknown) => {
    if (error instanceof UnsortedSide)
      throw new UsageFailure(`Not sorted by its key: ${error.message}`, 'Sort the files, or leave out --sorted.');
    throw error;
  });
  const { missing, extra, different, duplicate, unreadable } = totals;
  return missing + extra + different + duplicate + unreadable === 0 ? exitCodes.clean : exitCodes.findings;
}

/** The schema that was named, or `unreadable` when its contract is, which is reported. */
async function namedSchema(
  flags: ReconcileFlags,
  loaded: LoadedConfig,
  terminal: Terminal,
): Promise<Schema | 'unreadable'> {
  const { contract, schema, diagnostics } = await openSchema(flags, loaded, terminal);
  if (contract === undefined) {
    const report = { command: 'reconcile', diagnostics, summary: 'The contract cannot be read.' };
    await writeReport(report, flags.format, terminal);
    return 'unreadable';
  }
  const checker = new PayloadChecker(contract, 'tolerant');
  const found = schema ?? checker.find(flags.schema ?? '');
  if (found === undefined) throw unknownSchema(checker, flags.schema ?? '');
  return found;
}

/** By its own governance, or that of what it refers to. */
function systemOfRecordOf(schema: Schema): string | undefined {
  const referred = new Set([schema]);
  for (const one of referred) {
    const { systemOfRecord } = governanceOf(one);
    if (systemOfRecord !== undefined) return systemOfRecord;
    if (one.ref !== undefined) referred.add(one.ref);
  }
  return undefined;
}

function pointersOf(pointers: readonly string[]): readonly string[] {
  const wrong = pointers.find((pointer) => !pointer.startsWith('/'));
  if (wrong === undefined) return pointers;
  throw new UsageFailure(`--ignore ${wrong} is no JSON pointer`, 'It begins with /, such as --ignore /extensions.');
}

async function writeText(
  differences: ReturnType<typeof compareSides>,
  wording: ReconcileWording,
  terminal: Terminal,
): Promise<ReconcileTotals> {
  for (let shown = 0; ; shown += 1) {
    const next = await differences.next();
    if (next.done === true) {
      if (shown > shownMax)
        terminal.write(terminal.colours('dim', `... and ${shown - shownMax} more; --format json shows all of them.\n`));
      terminal.write(`${wordTotals(next.value, wording)}\n`);
      return next.value;
    }
    if (shown < shownMax) terminal.write(wordDifference(next.value, wording));
  }
}

/** The stable, versioned form that tools rely on, written as it is found: one difference a line. */
async function writeJson(
  differences: ReturnType<typeof compareSides>,
  { record, copy }: ReconcileWording,
  terminal: Terminal,
): Promise<ReconcileTotals> {
  const head = exactJson({ format: 'millwright.reconcile/1', record, copy });
  terminal.write(`${head.slice(0, -1)},"differences":[`);
  for (let isFirst = true; ; isFirst = false) {
    const next = await differences.next();
    if (next.done === true) {
      terminal.write(`${isFirst ? '' : '\n'}],"totals":${exactJson(next.value)}}\n`);
      return next.value;
    }
    terminal.write(`${isFirst ? '' : ','}\n${exactJson(next.value)}`);
  }
}
