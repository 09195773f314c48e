// Answers for pairs of schemas: is each in the other? By `relate` of ours or by json-schema-diff in the folder of `workerData`.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

async function judge() {
  if (workerData === undefined) {
    const { relate } = await import('../../packages/diff/dist/index.js');
    return ({ schema1, schema2 }) => {
      const { baseInRevision, revisionInBase } = relate(schema1, schema2, { dialect: '2020-12' });
      return [baseInRevision, revisionInBase];
    };
  }
  const { diffSchemas } = createRequire(import.meta.url)(workerData);
  return async ({ schema1, schema2 }) => {
    const { additionsFound, removalsFound } = await diffSchemas({ sourceSchema: schema1, destinationSchema: schema2 });
    return [!removalsFound, !additionsFound];
  };
}

const answer = judge();
parentPort.on('message', async (question) => {
  try {
    parentPort.postMessage(await (await answer)(question));
  } catch {
    parentPort.postMessage(undefined);
  }
});
