import type { MessageDescriptor } from '@millwright/runtime';

/** The message of a run, about a row of its business: rows of one key are one lane. */
export const orderWritten = (run: string): MessageDescriptor => ({
  name: 'OrderWritten',
  address: `PL01/${run}/order/written/v1`,
  contentType: 'application/json',
  type: 'test.order.written.v1',
  partitionKey: '$message.payload#/key',
});
