import { addressFault, parametersOf } from '../address.ts';
import { ContractViolation } from '../event-errors.ts';
import type { SubscriptionOptions } from './bus.ts';
import type { MessageDescriptor } from './descriptor.ts';
import { type PublishInput, valueAt } from './input.ts';

function refuse(descriptor: MessageDescriptor, pointer: string, keyword: string, message: string): never {
  throw new ContractViolation(descriptor.name, 'address', [{ pointer, keyword, message }]);
}

export function addressOf(descriptor: MessageDescriptor, input: PublishInput, headers: unknown): string {
  const replyTo =
    descriptor.replyTo === undefined ? undefined : valueAt(descriptor.replyTo, input.cause?.data, input.cause?.headers);
  const given = input.address ?? (typeof replyTo === 'string' && replyTo !== '' ? replyTo : undefined);
  if (given !== undefined) return given;
  if (descriptor.address === null) return refuse(descriptor, '', 'address', 'the contract knows no address: give one');
  const parameters = input.parameters ?? {};
  return descriptor.address.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const parameter = descriptor.parameters?.find((candidate) => candidate.name === name);
    const located = parameter?.location === undefined ? undefined : valueAt(parameter.location, input.data, headers);
    const value = (Object.hasOwn(parameters, name) ? parameters[name] : undefined) ?? located ?? parameter?.default;
    const fault = addressFault(value);
    if (fault !== undefined) return refuse(descriptor, `/${name}`, 'parameter', `address parameter ${fault}`);
    if (parameter?.enum !== undefined && !parameter.enum.includes(value as string)) {
      return refuse(descriptor, `/${name}`, 'enum', `address parameter must be one of ${parameter.enum.join(', ')}`);
    }
    return value as string;
  });
}

/** Pattern of a subscription: given parameters are literal, the others stay `{name}`. */
export function patternOf(descriptor: MessageDescriptor, options: SubscriptionOptions): string {
  const template = options.address ?? descriptor.address;
  if (template === null) return refuse(descriptor, '', 'address', 'the contract knows no address: give one');
  const given = options.parameters ?? {};
  const unknown = Object.keys(given).find((name) => !parametersOf(template).includes(name));
  if (unknown !== undefined) return refuse(descriptor, `/${unknown}`, 'parameter', 'the address has no such parameter');
  return template.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return placeholder;
    const fault = addressFault(value);
    return fault === undefined ? value : refuse(descriptor, `/${name}`, 'parameter', `address parameter ${fault}`);
  });
}
