import type { Deviation, InspectionResult, QualityScope } from '@millwright/sdk/types';
import { scaled, scaledOne } from '../decimal.ts';

/** Why the deviation cannot carry a verdict about this result; undefined when it can. */
export function deviationUnusable(deviation: Deviation, result: InspectionResult, lotSize: number): string | undefined {
  if (deviation.plantId !== result.plantId) return `it holds for the plant ${deviation.plantId}`;
  if (deviation.status !== 'approved') return `it is ${deviation.status}, not approved`;
  const inspectedAt = Date.parse(result.occurredAt);
  if (inspectedAt < Date.parse(deviation.validFrom)) return `it begins at ${deviation.validFrom}`;
  if (inspectedAt > Date.parse(deviation.validTo)) return `it ended at ${deviation.validTo}`;
  if (!holdsFor(deviation.scope, result)) return 'its scope is another one';
  return quantityUsedUp(deviation, lotSize);
}

/** Without a list of characteristics a deviation says in words only what may be missed, so that it covers none. */
export function coversCharacteristic(deviation: Deviation, characteristicId: string): boolean {
  return deviation.characteristicIds?.some((covered) => covered === characteristicId) ?? false;
}

/** The same scope, or the item that the inspected scope consists of. */
function holdsFor(scope: QualityScope, result: InspectionResult): boolean {
  if (scope.kind === 'item') {
    const itemNumber = 'itemNumber' in result.scope ? result.scope.itemNumber : result.itemNumber;
    const ofPlant = scope.plantId === undefined || scope.plantId === result.plantId;
    return scope.revision === undefined && ofPlant && scope.itemNumber === itemNumber;
  }
  return sameScope(scope, result.scope);
}

/** Both name the same lot, work order, operation, receipt, location or item. */
function sameScope(one: QualityScope, other: QualityScope): boolean {
  const members = new Map<string, unknown>(Object.entries(other));
  const own = Object.entries(one);
  return own.length === members.size && own.every(([name, value]) => members.get(name) === value);
}

function quantityUsedUp({ maximumQuantity, usedQuantity }: Deviation, lotSize: number): string | undefined {
  if (maximumQuantity === undefined) return undefined;
  if (maximumQuantity.unit !== 'C62' || (usedQuantity !== undefined && usedQuantity.unit !== 'C62'))
    return `its quantity is in ${maximumQuantity.unit}, and the lot is counted in pieces (C62)`;
  const left = (scaled(maximumQuantity.value) ?? 0n) - (scaled(usedQuantity?.value ?? '0') ?? 0n);
  return BigInt(lotSize) * scaledOne > left ? `it has fewer than ${lotSize} pieces left` : undefined;
}
