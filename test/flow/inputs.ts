import { readFileSync } from 'node:fs';
import type { DeviationToCorrectiveActionInputs } from '@millwright/sdk/flows/deviation-to-corrective-action';
import type { OrderToProductionInputs } from '@millwright/sdk/flows/order-to-production';
import type { ProductionToQualityReleaseInputs } from '@millwright/sdk/flows/production-to-quality-release';

/** An example of the canonical schemas. */
function example<Type>(path: string, more: object = {}): Type {
  const url = new URL(`../../schemas/examples/${path}.json`, import.meta.url);
  return { ...JSON.parse(readFileSync(url, 'utf8')), ...more } as Type;
}

export const correlationId = 'WO-1001-run';
const lots = [{ lotNumber: 'L-2026-0415', quantity: { value: '120', unit: 'C62' } }];

export const orderInputs: OrderToProductionInputs = {
  runId: 'run-order-1',
  correlationId,
  workOrder: example('work-order/valid/minimal', { targetLotNumber: 'L-2026-0415' }),
  consumption: example('material-consumption/valid/untracked-minimal'),
  consumptionEventId: 'evt-consumption-1',
  partialConfirmation: example('production-confirmation/valid/partial-minimal', { lots, recordId: 'CONF-1' }),
  finalConfirmation: example('production-confirmation/valid/partial-minimal', {
    lots,
    recordId: 'CONF-2',
    final: true,
  }),
  operationStartedAt: '2026-04-15T08:00:00Z',
  operationCompletedAt: '2026-04-15T14:00:00Z',
  producer: 'svc-mes-pl01',
} as OrderToProductionInputs;

export const releaseInputs: ProductionToQualityReleaseInputs = {
  runId: 'run-quality-1',
  correlationId,
  plantId: 'PL01',
  itemNumber: 'FG-1000',
  inspectionOrderNumber: 'IO-2026-0102',
  inspectionPlanId: 'IP-FG-1000',
  inspectionDueAt: '2026-04-16T14:00:00Z',
  requestedBy: 'erp-pl01',
  requestedAt: '2026-04-15T14:10:00Z',
  inspectionResult: example('inspection-result/valid/pass-minimal'),
  releaseDecisionNumber: 'RD-2026-0098',
  signature: example<{ signature: object }>('release-decision/valid/released-minimal').signature,
  decidedAt: '2026-04-15T11:00:00Z',
  holdNumber: 'QH-2026-0031',
  placedBy: 'W-27F4',
  placedAt: '2026-04-15T10:00:00Z',
} as ProductionToQualityReleaseInputs;

interface Closed {
  readonly rootCause: object;
  readonly actions: object;
  readonly verification: object;
  readonly effectivenessCheck: object;
  readonly closedAt: string;
}

const closed = example<Closed>('corrective-action/valid/closed-full');

export const deviationInputs: DeviationToCorrectiveActionInputs = {
  runId: 'run-deviation-1',
  correlationId,
  nonconformance: example('nonconformance/valid/open-minimal'),
  hold: example('quality-hold/valid/active-minimal'),
  disposition: {
    ...{ disposition: 'rework', quantity: { value: '12', unit: 'C62' }, decidedBy: 'W-27F4' },
    ...{ decidedAt: '2026-04-16T08:00:00Z', justification: 'Diameter can be ground to size.' },
  },
  holdRelease: { resolvedBy: 'W-11C0', resolvedAt: '2026-04-16T15:20:00Z', resolution: 'All pieces sorted.' },
  closure: { closedBy: 'W-27F4', closedAt: '2026-04-20T14:00:00Z', verification: 'All pass.' },
  correctiveAction: example('corrective-action/valid/open-minimal'),
  rootCause: closed.rootCause,
  actions: closed.actions,
  completedActions: closed.actions,
  verification: closed.verification,
  effectivenessCheck: closed.effectivenessCheck,
  closedAt: closed.closedAt,
} as DeviationToCorrectiveActionInputs;

/** What a plant holds before each flow begins. */
export const standing: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/lots/FG-1000/L-2026-0415': { itemNumber: 'FG-1000', lotNumber: 'L-2026-0415', status: 'quarantine' },
  '/work-orders/PL01/WO-1001/operations/OP-010': { operationId: 'OP-010', status: 'ready' },
};
