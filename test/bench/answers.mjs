// Asks a worker one question after the other; one that takes too long gets no answer and costs the worker its life.
import { Worker } from 'node:worker_threads';

/** @returns {Promise<readonly unknown[]>} An answer each; undefined where there was none in time, or an error. */
export async function answersOf(script, workerData, questions, limitMs) {
  const answers = [];
  let worker;
  for (const question of questions) {
    worker ??= new Worker(new URL(script, import.meta.url), { workerData });
    const answer = await answerOf(worker, question, limitMs);
    answers.push(answer.value);
    if (answer.isAlive) continue;
    await worker.terminate();
    worker = undefined;
  }
  await worker?.terminate();
  return answers;
}

function answerOf(worker, question, limitMs) {
  return new Promise((resolve) => {
    const settle = (isAlive, value) => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('error', onError);
      resolve({ isAlive, value });
    };
    const onMessage = (value) => settle(true, value);
    const onError = () => settle(false, undefined);
    const timer = setTimeout(onError, limitMs);
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(question);
  });
}
