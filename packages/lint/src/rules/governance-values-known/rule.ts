import { type Contract, durationSeconds, type Latency, type Lifecycle } from '@millwright/contract';
import { governedNodes, isGovernedEntry } from '../../governed.ts';
import type { LintRule, Place } from '../../lint-rule.ts';

export const governanceValuesKnown: LintRule = {
  id: 'lint/governance-values-known',
  severity: 'error',
  law: 'Dates of a lifecycle are days of the calendar and in order (since, deprecatedOn, sunset), and maxDelay fits the latency class: at most PT5S for rt, PT5M for nrt.',
  why: 'Consumers plan by the dates and set their time-outs by the delay; values that contradict each other deceive both.',
  fix: 'Correct the date, the delay or the class.',
  check: ({ contract, report }) => {
    // What is inherited is the same object as where it was declared, and is judged there.
    const judged = new Set<object>();
    for (const { place, name, latency, lifecycle } of declarationsOf(contract)) {
      if (latency !== undefined && !judged.has(latency))
        for (const fault of faultsOfLatency(latency)) report(place, `${name}: ${fault}`);
      if (lifecycle !== undefined && !judged.has(lifecycle))
        for (const fault of faultsOfLifecycle(lifecycle)) report(place, `${name}: ${fault}`);
      for (const value of [latency, lifecycle]) if (value !== undefined) judged.add(value);
    }
  },
};

interface Declaration {
  readonly place: Place;
  readonly name: string;
  readonly latency: Latency | undefined;
  readonly lifecycle: Lifecycle | undefined;
}

function declarationsOf(contract: Contract): readonly Declaration[] {
  const documents = contract.entries
    .filter((entry) => entry.kind !== 'jsonschema' && isGovernedEntry(entry))
    .map((entry) => ({ place: entry, name: entry.title, governance: entry.governance }));
  return [...documents, ...governedNodes(contract)].map(({ place, name, governance }) => ({
    place,
    name,
    latency: governance.latency,
    lifecycle: governance.lifecycle,
  }));
}

const secondsMax = { rt: 5, nrt: 300, batch: Number.POSITIVE_INFINITY };

function faultsOfLatency({ class: speed, maxDelay }: Latency): readonly string[] {
  return maxDelay !== undefined && durationSeconds(maxDelay) > secondsMax[speed]
    ? [`maxDelay ${maxDelay} is longer than ${speed} allows`]
    : [];
}

function faultsOfLifecycle(lifecycle: Lifecycle): readonly string[] {
  const dates = (['since', 'deprecatedOn', 'sunset'] as const).flatMap((name) => {
    const day = lifecycle[name];
    return day === undefined ? [] : [{ name, day: String(day) }];
  });
  return [
    ...dates.filter(({ day }) => !isDay(day)).map(({ name, day }) => `${name} ${day} is no day of the calendar`),
    ...dates.flatMap(({ name, day }, index) => {
      const before = dates[index - 1];
      return before !== undefined && before.day > day ? [`${name} ${day} is before ${before.name} ${before.day}`] : [];
    }),
  ];
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
