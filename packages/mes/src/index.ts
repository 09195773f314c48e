export type { B2mmlDocument, B2mmlElement, B2mmlValue, JobOrder, JobResponse } from './b2mml/element.ts';
export { readXml, type XmlLimits } from './b2mml/read-xml.ts';
export { b2mmlNamespace, writeXml } from './b2mml/write-xml.ts';
export {
  type JobControlState,
  jobControlToOperationStatus,
  jobControlToWorkOrderStatus,
  operationStatusToJobControl,
  workOrderStatusToJobControl,
} from './job-control.ts';
export type { Loss, Mapped } from './loss.ts';
export type { MappingOptions } from './mapping/finish.ts';
export { canonicalObjectOf } from './mapping/job-response.ts';
export {
  jobResponseToMaterialConsumption,
  materialConsumptionToJobResponse,
} from './mapping/material-consumption.ts';
export { jobResponseToOperationStatus, operationStatusToJobResponse } from './mapping/operation-status.ts';
export {
  jobResponseToProductionConfirmation,
  productionConfirmationToJobResponse,
} from './mapping/production-confirmation.ts';
export { jobOrderToWorkOrder, workOrderToJobOrder } from './mapping/work-order.ts';
export { MesError, type MesErrorCode } from './mes-error.ts';
