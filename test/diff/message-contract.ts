import { type Contract, type JsonObject, loadContract } from '@millwright/contract';

/** References in a payload lead from its own root, so it is a file of its own. */
const schemaFile = (schema: JsonObject | boolean): JsonObject | boolean =>
  typeof schema === 'boolean' ? schema : { $ref: 'payload.json' };

/** One message with this payload that the application sends or receives; undefined when it cannot be read. */
export async function messageContract(
  schema: JsonObject | boolean,
  action: 'send' | 'receive',
  schemaFormat: string,
): Promise<Contract | undefined> {
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'Machines', version: '1.0.0' },
    channels: {
      states: { address: 'states', messages: { state: { payload: { schemaFormat, schema: schemaFile(schema) } } } },
    },
    operations: { onState: { action, channel: { $ref: '#/channels/states' } } },
  };
  const [contract] = await loadContract({
    entries: ['/machines.json'],
    files: new Map([
      ['/machines.json', JSON.stringify(document)],
      ['/payload.json', JSON.stringify(schema)],
    ]),
  });
  return contract;
}
