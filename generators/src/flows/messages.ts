import { type Code, code, identifier, key, literal, nothing, stringLiteral } from '@millwright/codegen';
import { joinPointer } from '@millwright/contract';
import { propertiesOf, requiredOf } from '../client/shape.ts';
import { attributeRole, dataSchemaOf, isCloudEvent } from '../events/attributes.ts';
import { type Compilation, type Node, textIn } from './context.ts';
import { type EventFunction, eventName } from './functions.ts';
import { givenParameters, payloadCode } from './parameters.ts';
import { objectCode, valueCode } from './value-code.ts';

/** What a message is sent with: attributes of an event that the bus does not fix, or headers; the address's parameters. */
export function sendMembers(compilation: Compilation, step: Node, publish: EventFunction): readonly Code[] {
  const { use, alias } = publish;
  const event = isCloudEvent(use);
  const required = requiredOf(use.message.headers);
  const dataschema = dataSchemaOf(use);
  const given = givenParameters(compilation, step);
  const roleOf = (name: string) => attributeRole(name, required.has(name), { dataschema });
  const headers = given.filter(({ in: place, name }) => place === 'header' && (!event || roleOf(name) !== 'fixed'));
  const ownId = headers.some(({ name }) => name === 'id');
  const lacking = event
    ? [...propertiesOf(use.message.headers).keys()].filter((name) => roleOf(name) === 'required')
    : [];
  for (const name of lacking)
    if (!headers.some((header) => header.name === name))
      compilation.tell(
        'generate/flow-parameter-mismatch',
        step.pointer,
        `${use.message.name} needs the attribute ${name}`,
        'Add it as a parameter "in": "header".',
      );
  const pairs = (place: readonly (typeof given)[number][]) =>
    place.map(({ name, value, pointer }) => [name, valueCode(compilation, value, pointer)] as const);
  const [input, readsScope] = compilation.counted(() => {
    const attributes = pairs(headers);
    const parameters = pairs(given.filter(({ in: place }) => place === 'path'));
    const data = ['data', payloadCode(compilation, step)] as const;
    const address = parameters.length === 0 ? [] : [['parameters', objectCode(compilation, parameters)] as const];
    const id = event && !ownId ? [['id', code`event.id`] as const] : [];
    const own = event ? [...attributes, ...id] : [['headers', objectCode(compilation, attributes)] as const];
    return objectCode(compilation, [...own, data, ...address]);
  });
  const type = identifier(publish.inputType);
  const scoped = code`${readsScope ? nothing : code`_`}s`;
  const parameters = code`b, bus, ${scoped}${event && !ownId ? code`, event` : nothing}`;
  return [
    code`message: ${stringLiteral(use.message.name)}`,
    code`send: async (${parameters}) => b.${key(alias)}(bus, ${compilation.use('typed')}<${type}>(${input}))`,
  ];
}

export function receiveMembers(
  compilation: Compilation,
  step: Node,
  events: readonly EventFunction[],
): readonly Code[] {
  const correlation = textIn(step.value, 'correlationId');
  const pointer = joinPointer(step.pointer, 'correlationId');
  if (correlation === undefined)
    compilation.unsupported(
      step.pointer,
      'Nothing says which run a received message is for',
      'Add "correlationId" to the step.',
    );
  for (const { use } of events) {
    if (use.channel?.address === null)
      compilation.unsupported(
        step.pointer,
        `The address of ${use.message.name} is not known`,
        'Give the channel an address.',
      );
    if (use.message.correlationIdLocation === undefined)
      compilation.unsupported(
        step.pointer,
        `${use.message.name} does not say where its correlation id is`,
        'Add "correlationId" with a location to the message.',
      );
  }
  return [
    code`messages: ${literal(events.map(eventName))}`,
    code`correlation: ${compilation.reader(() => valueCode(compilation, correlation ?? '', pointer))}`,
  ];
}
