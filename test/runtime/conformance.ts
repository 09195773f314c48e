import type { StoreSubject, TransportSubject } from '@millwright/testing';
import { type ConformanceCase, storeConformance, transportConformance } from '@millwright/testing';
import { describe, it } from 'vitest';

/** Runs the cases of a suite that an implementation promises to keep. */
function runs<Subject>(name: string, cases: readonly ConformanceCase<Subject>[], subject: Subject): void {
  describe(name, () => {
    for (const promised of cases.filter((each) => each.isPromised(subject)))
      it(promised.name, { timeout: 90_000 }, () => promised.run(subject));
  });
}

export function describeStore<Connection>(name: string, subject: StoreSubject<Connection>): void {
  runs(`store ${name}`, storeConformance, subject as StoreSubject);
}

export function describeTransport(name: string, subject: TransportSubject): void {
  runs(`transport ${name}`, transportConformance, subject);
}
