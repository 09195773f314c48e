// Does openapi-diff, in the folder of `workerData`, find a breaking difference?
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const { diffSpecs } = createRequire(import.meta.url)(workerData);
const spec = (location) => ({ content: readFileSync(location, 'utf8'), location, format: 'openapi3' });

parentPort.on('message', async ([base, revision]) => {
  try {
    const outcome = await diffSpecs({ sourceSpec: spec(base), destinationSpec: spec(revision) });
    parentPort.postMessage(outcome.breakingDifferencesFound);
  } catch {
    parentPort.postMessage(undefined);
  }
});
