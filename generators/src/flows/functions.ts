import { type GeneratorOptions, type NameScope, sortedBy } from '@millwright/codegen';
import type { Channel, Contract, Message, Operation } from '@millwright/contract';
import { type ClientModule, clientModules, type NamedOperation } from '../client/naming.ts';
import { type EventsModule, eventsModules, type NamedUse } from '../events/naming.ts';

/** A generated function, under the name that the flows' module and its bindings give it. */
export type StepFunction = CallFunction | EventFunction;

export interface CallFunction {
  readonly kind: 'call';
  readonly alias: string;
  readonly module: ClientModule;
  readonly named: NamedOperation;
  /** Names of its types in the flows' module. */
  readonly requestType: string;
  readonly resultType: string;
}

export interface EventFunction {
  readonly kind: 'publish' | 'subscribe';
  readonly alias: string;
  readonly module: EventsModule;
  readonly use: NamedUse;
  /** Name of what it takes, in the flows' module. */
  readonly inputType: string;
}

/** The generated functions of a contract, found by what they do. */
export class FunctionTable {
  readonly #clients: readonly ClientModule[];
  readonly #events: readonly EventsModule[];
  readonly #scope: NameScope;
  readonly #known = new Map<NamedOperation | NamedUse, StepFunction>();

  constructor(contract: Contract, { role }: GeneratorOptions, scope: NameScope) {
    this.#clients = clientModules(contract);
    this.#events = eventsModules(contract, role);
    this.#scope = scope;
  }

  /** The function that calls an operation. */
  call(operation: Operation): CallFunction | undefined {
    for (const module of this.#clients) {
      const named = module.operations.find((candidate) => candidate.operation === operation);
      if (named !== undefined) return this.#once(named, () => this.#callOf(module, named));
    }
    return undefined;
  }

  /** The functions that publish or subscribe to messages on a channel. */
  events(kind: EventFunction['kind'], { entry, key }: Channel, messages: readonly Message[]): readonly EventFunction[] {
    const module = this.#events.find((candidate) => candidate.entry === entry);
    if (module === undefined) return [];
    const isMeant = (message: Message): boolean =>
      messages.some(({ pointer, document }) => pointer === message.pointer && document === message.document);
    const uses = module.uses.filter(
      ({ action, channel, message }) => action === kind && channel?.key === key && isMeant(message),
    );
    return sortedBy(uses, ({ functionName }) => functionName).map((use) =>
      this.#once(use, () => ({
        ...{ kind, module, use, alias: this.#scope.claim(use.functionName) },
        inputType: this.#scope.claim(use.inputName),
      })),
    );
  }

  #callOf(module: ClientModule, named: NamedOperation): CallFunction {
    const [alias, requestType, resultType] = [named.functionName, named.requestName, named.resultName].map((name) =>
      this.#scope.claim(name),
    ) as [string, string, string];
    return { kind: 'call', alias, module, named, requestType, resultType };
  }

  #once<Found extends StepFunction>(source: NamedOperation | NamedUse, make: () => Found): Found {
    const found = (this.#known.get(source) as Found | undefined) ?? make();
    this.#known.set(source, found);
    return found;
  }
}

/** Name of a message among those of a flow: its function's, which is unique. */
export const eventName = ({ alias }: EventFunction): string => alias;
