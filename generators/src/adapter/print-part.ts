import { type Code, code, type GeneratedFile, identifier, literal, stringLiteral } from '@millwright/codegen';
import type { AdapterPart } from './parts.ts';

/** A file of a skeleton; nothing of it is written again. */
export type SkeletonFile = Pick<GeneratedFile, 'path' | 'content'>;

/** The files of one event in one direction. */
export function printPart(part: AdapterPart, sdk: string): readonly SkeletonFile[] {
  const names = namesOf(part, sdk);
  return part.direction === 'consume' ? consumed(part, names) : published(part, names);
}

interface Names {
  readonly event: Code;
  readonly record: Code;
  readonly mapping: Code;
  readonly call: Code;
  readonly input: Code;
  readonly module: Code;
  readonly title: Code;
}

function namesOf(part: AdapterPart, sdk: string): Names {
  const suffix = part.direction === 'consume' ? 'ToSystem' : 'FromSystem';
  return {
    event: identifier(part.name),
    record: identifier(`${part.name}Record`),
    mapping: identifier(`map${part.name}${suffix}`),
    call: identifier(part.functionName),
    input: identifier(part.inputName),
    module: stringLiteral(`${sdk}/${part.module}`),
    title: stringLiteral(part.name),
  };
}

const recordCode = ({ record }: Names): Code => code`/** The system's side: name the fields that the system has. */
export type ${record} = SystemRecord;
`;

function consumed({ file, example, name }: AdapterPart, names: Names): readonly SkeletonFile[] {
  const { event, record, mapping, call, input, module, title } = names;
  const sample = example === undefined ? code`undefined` : literal(example);
  const handler = identifier(`handle${name}`);
  return [
    {
      path: `src/mapping/to-system/${file}.ts`,
      content: code`import type { ${input} } from ${module};
import type { SystemRecord } from '../../system.ts';

export type ${event} = ${input}['data'];

${recordCode(names)}
/** Throws for what the system cannot hold: the message is then retried, and at last a dead letter. */
export function ${mapping}(_event: ${event}): ${record} {
  throw new Error(${stringLiteral(`The mapping of ${name} to the system is not written yet`)});
}
`,
    },
    {
      path: `src/handlers/${file}.ts`,
      content: code`import { ${call} } from ${module};
import type { Handle } from '../adapter.ts';
import { ${mapping} } from '../mapping/to-system/${stringLiteral(`${file}.ts`).slice(1, -1) as Code}';

/** Runs in the transaction of the inbox: what it writes there happens once, or not at all. */
export const ${handler}: Handle = ({ bus, messaging, system, group }) =>
  ${call}(
    bus,
    async ({ data, transaction }) => {
      await system.apply(${title}, ${mapping}(data), messaging.inside(transaction));
    },
    { group },
  );
`,
    },
    {
      path: `test/to-system/${file}.test.ts`,
      content: code`import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ${event}, ${mapping} } from '../../src/mapping/to-system/${stringLiteral(`${file}.ts`).slice(1, -1) as Code}';

// The first example of the contract, if it has one.
const event: unknown = ${sample};

test(${stringLiteral(`${name} is mapped to the system`)}, () => {
  assert.notEqual(event, undefined, 'put an event here');
  assert.ok(${mapping}(event as ${event}));
});
`,
    },
  ];
}

function published({ file, name }: AdapterPart, names: Names): readonly SkeletonFile[] {
  const { record, mapping, call, input, module } = names;
  const producer = identifier(`produce${name}`);
  const mappingFile = stringLiteral(`${file}.ts`).slice(1, -1) as Code;
  return [
    {
      path: `src/mapping/from-system/${file}.ts`,
      content: code`import type { ${input} } from ${module};
import type { SystemRecord } from '../../system.ts';

${recordCode(names)}
/** Throws for what the contract cannot hold: nothing is sent then. */
export function ${mapping}(_record: ${record}): ${input} {
  throw new Error(${stringLiteral(`The mapping of ${name} from the system is not written yet`)});
}
`,
    },
    {
      path: `src/producers/${file}.ts`,
      content: code`import { ${call} } from ${module};
import type { Adapter } from '../adapter.ts';
import { type ${record}, ${mapping} } from '../mapping/from-system/${mappingFile}';

/** Writes the event into the outbox; from there it is sent until the broker has it. */
export async function ${producer}({ bus, messaging }: Adapter, record: ${record}): Promise<void> {
  await messaging.transaction(async ({ within }) => {
    await ${call}(within(bus), ${mapping}(record));
  });
}
`,
    },
    {
      path: `test/from-system/${file}.test.ts`,
      content: code`import { test } from 'node:test';
import { createBus, createMemoryTransport, ${call} } from ${module};
import { ${mapping} } from '../../src/mapping/from-system/${mappingFile}';

test(${stringLiteral(`${name} keeps the contract`)}, async () => {
  // Put a record of the system here.
  const message = ${mapping}({});
  const bus = createBus({ transport: createMemoryTransport(), source: '/test', producer: 'test' });
  await ${call}(bus, message);
});
`,
    },
  ];
}
