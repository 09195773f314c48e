// What a decision of the policy costs: may this role publish this message?
import { authorise } from '../../packages/runtime/dist/events/authorise.js';
import { median } from './measure.mjs';
import { versions } from './programs.mjs';

const [calls, rounds] = [500_000, 9];
const descriptor = { name: 'WorkOrderReleased', governance: { publish: ['erp'], consume: ['mes', 'quality'] } };
const config = { role: 'erp', onDenied: undefined };

function nanosecondsOfOne() {
  const start = process.hrtime.bigint();
  // Not awaited: the turn of the loop that a promise costs is the publication's, which has others.
  for (let call = 0; call < calls; call += 1) void authorise(config, descriptor, 'publish');
  return Number(process.hrtime.bigint() - start) / calls;
}

export async function measure() {
  nanosecondsOfOne();
  const taken = [];
  for (let round = 0; round < rounds; round += 1) taken.push(nanosecondsOfOne());
  return [
    {
      question: 'Policy: one decision',
      ours: `${median(taken).toFixed(0)} ns (${Math.min(...taken).toFixed(0)} to ${Math.max(...taken).toFixed(0)})`,
      goal: 'under 1,000 ns',
      versions: versions.node,
    },
  ];
}
