import { pathSegment, selectForRole, toKebabCase, toPascalCase } from '@millwright/codegen';
import type { Contract, JsonValue, Role } from '@millwright/contract';
import { eventsModules, type NamedUse } from '../events/naming.ts';

/** One event in one direction, as the files of an adapter name it. */
export interface AdapterPart {
  /** Stable name, such as `consume work-order-released`. */
  readonly key: string;
  readonly direction: 'consume' | 'publish';
  /** File name without extension, and the name in code. */
  readonly file: string;
  readonly name: string;
  /** Module of the SDK below its root, such as `events/production`. */
  readonly module: string;
  readonly functionName: string;
  readonly inputName: string;
  /** Payload of the first example of the contract. */
  readonly example: JsonValue | undefined;
}

/** What a role may consume and publish, named as the SDK of the whole contract names it. */
export function adapterParts(contract: Contract, role: Role): readonly AdapterPart[] {
  const selected = selectForRole(contract, role);
  const may = ({ operation, message }: NamedUse): boolean =>
    selected.channelOperations.some(
      ({ id, entry, messages }) => id === operation?.id && entry === operation.entry && messages.includes(message),
    );
  return eventsModules(contract, undefined).flatMap(({ uses, path }) =>
    uses
      .filter((use) => use.action !== 'reply' && may(use))
      .map((use): AdapterPart => {
        const bare = use.functionName.replace(/^(publish|subscribe)/, '');
        const file = pathSegment(toKebabCase(bare));
        const direction = use.action === 'publish' ? 'publish' : 'consume';
        return {
          ...{ key: `${direction} ${file}`, direction, file, name: toPascalCase(bare) },
          module: path.replace(/\.ts$/, ''),
          ...{ functionName: use.functionName, inputName: use.inputName },
          example: use.message.examples[0]?.payload,
        };
      }),
  );
}
