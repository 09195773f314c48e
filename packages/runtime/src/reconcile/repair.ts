import { laterVersion } from './exact.ts';
import type { Difference } from './sides.ts';

/**
 * How the copy is made to agree with the system of record. Both may be called again for what was repaired before, so they have to do no
 * harm twice: an event has an id of its own for each version of its object, or the API takes the version.
 */
export interface RepairPort {
  /** Publishes the changed event of the record, or writes it by the API of the system that has the copy. */
  restore(record: unknown, difference: Difference): Promise<void>;
  /** Takes back what the system of record does not have. Without it such objects are left. */
  withdraw?(copy: unknown, difference: Difference): Promise<void>;
}

/** What became of a difference. */
export interface Repair {
  readonly difference: Difference;
  readonly outcome: 'repaired' | 'left' | 'failed';
  /** Why it was left, or has failed. */
  readonly reason?: string;
}

export interface RepairOptions {
  /**
   * Also where the copy has the later version. By default that is left for people: the system of record may have been restored from a
   * backup.
   */
  readonly overwriteLater?: boolean;
}

/** Repairs one difference after the other. What fails is told, and the next one is tried. */
export async function* repairDifferences(
  differences: AsyncIterable<Difference> | Iterable<Difference>,
  port: RepairPort,
  { overwriteLater = false }: RepairOptions = {},
): AsyncGenerator<Repair, void> {
  for await (const difference of differences) {
    const reason = reasonToLeave(difference, port, overwriteLater);
    if (reason !== undefined) {
      yield { difference, outcome: 'left', reason };
      continue;
    }
    try {
      if (difference.kind === 'extra') await port.withdraw?.(difference.copy, difference);
      else if ('record' in difference) await port.restore(difference.record, difference);
      yield { difference, outcome: 'repaired' };
    } catch (error) {
      yield { difference, outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

function reasonToLeave(difference: Difference, port: RepairPort, overwriteLater: boolean): string | undefined {
  switch (difference.kind) {
    case 'duplicate':
      return `${difference.side} has the key twice: which one is meant is for people`;
    case 'unreadable':
      return `${difference.side} has something that cannot be read`;
    case 'extra':
      return port.withdraw === undefined ? 'the system of record does not have it' : undefined;
    case 'different':
      return !overwriteLater && laterVersion(difference.recordVersion, difference.copyVersion) === 'right'
        ? 'the copy has the later version'
        : undefined;
    case 'missing':
      return undefined;
  }
}
