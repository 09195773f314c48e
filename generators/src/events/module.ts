import {
  type Code,
  code,
  comment,
  fileHeader,
  identifier,
  indent,
  join,
  key,
  literal,
  nothing,
  sortedBy,
  stringLiteral,
} from '@millwright/codegen';
import type { ChannelParameter, Contract, Message, Schema } from '@millwright/contract';
import type { ImportPaths } from '../client/import-paths.ts';
import { createPrinting, type Printing, type SchemaPrinter } from '../client/printing.ts';
import { propertiesOf, requiredOf } from '../client/shape.ts';
import { typeNames } from '../client/type-names.ts';
import { contentChecks } from '../validators/content-checks.ts';
import { attributeRole, dataSchemaOf, eventType, isCloudEvent, locationOf, partitionKeyOf } from './attributes.ts';
import { governanceCode } from './governance.ts';
import type { EventsModule, MessageUse, NamedUse } from './naming.ts';
import { upcastOf, versionsOf } from './upcast.ts';

const addressOf = ({ channel }: MessageUse): string | null => channel?.address ?? null;

/** Parameters of the address template, in its order; one that the channel does not describe is free. */
function parametersOf(
  use: MessageUse,
): readonly (Pick<ChannelParameter, 'name'> & { readonly declared?: ChannelParameter })[] {
  const names = new Set([...(addressOf(use) ?? '').matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] as string));
  return [...names].map((name) => {
    const declared = use.channel?.parameters.find((parameter) => parameter.name === name);
    return declared === undefined ? { name } : { name, declared };
  });
}

function parameterCode({ name, declared }: ReturnType<typeof parametersOf>[number]): Code {
  const location = declared === undefined ? undefined : locationOf(declared);
  const members = [
    code`name: ${stringLiteral(name)}`,
    ...(declared?.enum === undefined ? [] : [code`enum: ${literal([...declared.enum])}`]),
    ...(declared?.default === undefined ? [] : [code`default: ${stringLiteral(declared.default)}`]),
    ...(location === undefined ? [] : [code`location: ${stringLiteral(location)}`]),
  ];
  return code`{ ${join(members, ', ')} }`;
}

/** True when other messages travel on the channel and nothing but the schema tells them apart. */
function isShared(use: MessageUse): boolean {
  return !isCloudEvent(use) && (use.channel?.messages.length ?? 0) > 1;
}

/** CloudEvents types of the other messages of the channel, those left out that are converted to this one. */
function othersCode(use: MessageUse, contract: Contract): readonly Code[] {
  const { channel, message } = use;
  if (!isCloudEvent(use) || channel === undefined) return [];
  const own = versionsOf(message, contract);
  const others = channel.messages.filter((other) => !own.includes(other)).map((other) => ({ ...use, message: other }));
  const types = new Set(others.filter(isCloudEvent).map(eventType));
  return types.size === 0 ? [] : [code`others: ${literal([...types].sort())}`];
}

/** The version before, as a descriptor inside the descriptor. */
function earlierCode(use: MessageUse, module: EventsModule, contract: Contract): readonly Code[] {
  const [upcast] = use.action === 'subscribe' ? upcastOf(use.message, contract) : [];
  if (upcast === undefined) return [];
  const { message, channel, steps } = upcast;
  const descriptor = descriptorMembers({ ...use, message, channel, replyTo: undefined }, module, contract);
  const conversion = steps === undefined ? nothing : code`, steps: ${literal(steps)}`;
  return [code`earlier: [{ descriptor: {\n${indent(descriptor)}\n}${conversion} }]`];
}

function descriptorMembers(use: MessageUse, module: EventsModule, contract: Contract): Code {
  const { nameOf } = contentChecks(contract);
  const address = addressOf(use);
  const cloudEvent = isCloudEvent(use);
  const parameters = parametersOf(use).map(parameterCode);
  const member = (name: string, value: string | undefined): readonly Code[] =>
    value === undefined ? [] : [code`${key(name)}: ${stringLiteral(value)}`];
  const names = (name: string, schema: Schema | undefined): readonly Code[] => {
    const check = nameOf(schema);
    return check === undefined ? [] : [code`${key(name)}: ${stringLiteral(check)}`];
  };
  const governance = governanceCode(use);
  const members = [
    ...member('name', use.message.name),
    code`address: ${address === null ? code`null` : stringLiteral(address)}`,
    ...(parameters.length === 0 ? [] : [code`parameters: [${join(parameters, ', ')}]`]),
    ...member('contentType', use.message.contentType),
    ...(cloudEvent
      ? [
          ...member('type', eventType(use)),
          ...member('dataschema', dataSchemaOf(use)),
          ...member('contractversion', module.entry.version),
        ]
      : []),
    ...(isShared(use) ? [code`shared: true`] : []),
    ...othersCode(use, contract),
    ...names('payload', use.message.payload),
    ...names('headers', use.message.headers),
    ...member('partitionKey', partitionKeyOf(use)),
    ...member('replyTo', use.replyTo),
    ...(governance === undefined ? [] : [code`governance: ${governance}`]),
  ];
  return join(
    [...members, ...earlierCode(use, module, contract)].map((text) => code`${text},`),
    '\n',
  );
}

function descriptorCode(use: NamedUse, module: EventsModule, contract: Contract, printing: Printing): Code {
  return code`const ${identifier(use.descriptorName)}: ${printing.runtime('MessageDescriptor')} = {\n${indent(descriptorMembers(use, module, contract))}\n};\n`;
}

/** Converters that the program has to give, by the messages that only it can convert. */
function convertersMember(use: NamedUse, contract: Contract, { print }: Printing): readonly Code[] {
  const versions = versionsOf(use.message, contract);
  const members = versions.flatMap((message): readonly Code[] => {
    const [upcast] = upcastOf(message, contract);
    if (upcast === undefined || upcast.steps !== undefined) return [];
    const typeOf = ({ payload }: Message): Code => (payload === undefined ? code`unknown` : print(payload, 'read'));
    return [code`readonly ${key(upcast.message.name)}: (data: ${typeOf(upcast.message)}) => ${typeOf(message)};`];
  });
  if (members.length === 0) return [];
  return [
    code`${comment('Converts earlier versions, which the contract leaves to the program.')}readonly upcast: {\n${indent(join(members, '\n'))}\n};`,
  ];
}

/** `parameters` of a message or subscription, with the names and values that the address takes. */
function parametersMember(use: NamedUse, filter: boolean): readonly Code[] {
  const parameters = sortedBy(parametersOf(use), ({ name }) => name);
  if (parameters.length === 0) return [];
  const isFree = ({ declared }: (typeof parameters)[number]): boolean =>
    filter || declared?.default !== undefined || (declared !== undefined && locationOf(declared) !== undefined);
  const members = parameters.map((parameter) => {
    const values = parameter.declared?.enum;
    const type = values === undefined || values.length === 0 ? code`string` : join(values.map(stringLiteral), ' | ');
    return code`readonly ${key(parameter.name)}${isFree(parameter) ? code`?: ${type} | undefined` : code`: ${type}`}`;
  });
  const free = parameters.every(isFree);
  return [
    code`${comment('Values for the parameters of the address.')}readonly parameters${free ? code`?` : nothing}: { ${join(members, '; ')} }${free ? code` | undefined` : nothing};`,
  ];
}

function attributeMembers(use: NamedUse, print: Printing['print']): readonly Code[] {
  const required = requiredOf(use.message.headers);
  const dataschema = dataSchemaOf(use);
  return sortedBy(propertiesOf(use.message.headers), ([name]) => name).flatMap(([name, schemas]) => {
    const role = attributeRole(name, required.has(name), { dataschema });
    const [schema] = schemas;
    if (role === 'fixed' || schema === undefined) return [];
    const description = schemas.map((part) => part.description).find((text) => text !== undefined);
    const type = print(schema, 'read');
    return [
      code`${comment(description)}readonly ${key(name)}${role === 'required' ? code`: ${type}` : code`?: ${type} | undefined`};`,
    ];
  });
}

/** Interface of what a publisher gives: data, then attributes (CloudEvents) or headers, parameters of the address. */
function inputCode(use: NamedUse, { print, runtime }: Printing): Code {
  const { payload, headers } = use.message;
  const members: Code[] =
    payload === undefined ? [code`readonly data?: unknown;`] : [code`readonly data: ${print(payload, 'read')};`];
  if (isCloudEvent(use)) members.push(...attributeMembers(use, print));
  else if (headers !== undefined) {
    const optional = requiredOf(headers).size === 0;
    members.push(
      code`readonly headers${optional ? code`?` : nothing}: ${print(headers, 'read')}${optional ? code` | undefined` : nothing};`,
    );
  }
  members.push(...parametersMember(use, false));
  const known = addressOf(use) !== null || use.replyTo !== undefined;
  members.push(
    code`${comment('Sends to this address in place of the one that the contract computes.')}readonly address${known ? code`?: string | undefined` : code`: string`};`,
  );
  const cause =
    use.action === 'reply'
      ? code`readonly cause: ${runtime('Cause')};`
      : code`readonly cause?: ${runtime('Cause')} | undefined;`;
  members.push(code`${comment('The message that this one reacts to: hands on correlation id and trace.')}${cause}`);
  return code`${comment(`What ${use.functionName} takes.`)}export interface ${identifier(use.inputName)} {\n${indent(join(members, '\n'))}\n}\n`;
}

function documentation(use: NamedUse): Code {
  const { message, channel } = use;
  const address = channel?.address ?? undefined;
  const paragraphs = [
    message.title ?? message.summary,
    message.description,
    address === undefined ? undefined : `Address: ${address}`,
  ];
  const thrown =
    use.action === 'subscribe'
      ? []
      : ([
          { tag: 'throws', text: 'ContractViolation when the message breaks the contract; then nothing was sent.' },
        ] as const);
  const text = paragraphs.filter((paragraph) => paragraph !== undefined && paragraph.trim() !== '').join('\n\n');
  return comment(text === '' ? message.name : text, [
    ...(message.deprecated ? ([{ tag: 'deprecated', text: '' }] as const) : []),
    ...thrown,
  ]);
}

function publishCode(use: NamedUse, printing: Printing): Code {
  const [name, input, descriptor] = [use.functionName, use.inputName, use.descriptorName].map(identifier) as [
    Code,
    Code,
    Code,
  ];
  const body = isCloudEvent(use)
    ? code`const { address, cause, data, ${parametersOf(use).length === 0 ? nothing : code`parameters, `}...headers } = input;
  return publishMessage(bus, ${descriptor}, { address, cause, data, headers${parametersOf(use).length === 0 ? nothing : code`, parameters`} });`
    : code`return publishMessage(bus, ${descriptor}, input);`;
  return code`${inputCode(use, printing)}
${documentation(use)}export function ${name}(bus: ${printing.runtime('Bus')}, input: ${input}): Promise<Readonly<Record<string, unknown>>> {
  ${body}
}
`;
}

function subscribeCode(use: NamedUse, contract: Contract, printing: Printing): Code {
  const { print, runtime } = printing;
  const [name, type, descriptor] = [use.functionName, use.inputName, use.descriptorName].map(identifier) as [
    Code,
    Code,
    Code,
  ];
  const { payload, headers } = use.message;
  const data = payload === undefined ? code`unknown` : print(payload, 'read');
  const attributes = headers === undefined ? code`Readonly<Record<string, unknown>>` : print(headers, 'read');
  const converters = convertersMember(use, contract, printing);
  const narrowing = [...parametersMember(use, true), ...converters];
  const narrowed =
    narrowing.length === 0
      ? runtime('SubscriptionOptions')
      : code`${runtime('SubscriptionOptions')} & {\n${indent(join(narrowing, '\n'))}\n}`;
  const options =
    addressOf(use) === null
      ? code`options: ${narrowed} & { readonly address: string }`
      : code`options${converters.length === 0 ? code`?` : nothing}: ${narrowed}`;
  return code`${comment(`What the handler of ${use.functionName} gets.`)}export type ${type} = ${runtime('Received')}<${data}, ${attributes}>;

${documentation(use)}export function ${name}(
  bus: ${runtime('Bus')},
  handler: ${runtime('Handler')}<${type}['data'], ${type}['headers']>,
  ${options},
): Promise<${runtime('Subscription')}> {
  return subscribeMessage(bus, ${descriptor}, handler, options);
}
`;
}

const exportedTypes = [
  'Bus',
  'BusConfig',
  'Cause',
  'Delivery',
  'Handler',
  'MessageViolation',
  'Received',
  'Subscription',
  'SubscriptionOptions',
  'Transport',
  'ValidateMessage',
];

/** Types and values that every events file hands on from the runtime. */
export function runtimeExports(runtimePath: string): Code {
  return code`export type { ${join(exportedTypes.map(identifier), ', ')} } from ${stringLiteral(runtimePath)};
export { ContractViolation, createMemoryTransport, Unauthorised } from ${stringLiteral(runtimePath)};
`;
}

function importsCode(
  module: EventsModule,
  imported: ReadonlySet<string>,
  paths: ImportPaths,
  printing: Printing,
): Code {
  const publishes = module.uses.some(({ action }) => action !== 'subscribe');
  const subscribes = module.uses.some(({ action }) => action === 'subscribe');
  const values = [
    'createEventBus',
    ...(publishes ? ['publishMessage'] : []),
    ...(subscribes ? ['subscribeMessage'] : []),
  ];
  const schemas = sortedBy(imported, (name) => name).map((name) => code`${identifier(name)},`);
  return code`import type { ${printing.specifiers()} } from ${stringLiteral(paths.runtime)};
import { ${join(values.map(identifier), ', ')} } from ${stringLiteral(paths.runtime)};
${schemas.length === 0 ? nothing : code`import type {\n${indent(join(schemas, '\n'))}\n} from ${stringLiteral(paths.types)};\n`}`;
}

/** One descriptor of each message, whatever is done with it. */
function descriptorsCode(module: EventsModule, printing: Printing): Code {
  const ofMessages = new Map(module.uses.map(({ message, descriptorName }) => [message, descriptorName]));
  const names = [...ofMessages.values()].map((name) => code`${identifier(name)},`);
  return code`
/** What the contract says of these messages, for what looks at all of them, such as \`messages\` of \`createMessaging\`. */
export const messageDescriptors: readonly ${printing.runtime('MessageDescriptor')}[] = [${names.length === 0 ? nothing : code`\n${indent(join(names, '\n'))}\n`}];
`;
}

/** Text of one events module. */
export function printModule(
  module: EventsModule,
  contract: Contract,
  printer: SchemaPrinter,
  paths: ImportPaths,
): Code {
  const printing = createPrinting(printer, typeNames(contract));
  const [bus, config] = ['Bus', 'BusConfig'].map(printing.runtime) as [Code, Code];
  const parts = module.uses.map((use) => {
    const text = use.action === 'subscribe' ? subscribeCode(use, contract, printing) : publishCode(use, printing);
    return code`${descriptorCode(use, module, contract, printing)}\n${text}`;
  });
  const descriptors = descriptorsCode(module, printing);
  const loader = paths.validators === undefined ? nothing : code`, () => import(${stringLiteral(paths.validators)})`;
  return code`${fileHeader(module.entry.title, module.entry.version)}
${importsCode(module, printer.imported, paths, printing)}
${runtimeExports(paths.runtime)}
/** Makes the bus that the functions of this module take. */
export function createBus(config: ${config}): ${bus} {
  return createEventBus(config${loader});
}
${parts.length === 0 ? nothing : code`\n${join(parts, '\n')}`}${descriptors}`;
}
