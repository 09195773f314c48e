export type { AuditEvidence, AuditFault, AuditKey, AuditVerdict, Checkpoint, SignedCheckpoint } from './audit.ts';
export { auditHash, auditRoot, signCheckpoint, verifyAudit } from './audit.ts';
export type { Clock, Probe } from './messaging/clock.ts';
export { systemClock } from './messaging/clock.ts';
export type { Inside, Messaging, MessagingConfig } from './messaging/create-messaging.ts';
export { createMessaging } from './messaging/create-messaging.ts';
export type { RetryPolicy } from './messaging/failure.ts';
export { backoffMs, failureKindOf, HandlingFailure } from './messaging/failure.ts';
export type { Guard, GuardFor } from './messaging/guard.ts';
export { TargetAway } from './messaging/guard.ts';
export type {
  Criticality,
  FindingCode,
  Health,
  HealthFigures,
  HealthFinding,
  HealthImpact,
  HealthStatus,
} from './messaging/health.ts';
export { judgeHealth } from './messaging/health.ts';
export type { MessagingTelemetry, Sending } from './messaging/messaging-telemetry.ts';
export type { OutboxLimits } from './messaging/outbox.ts';
export { OutboxFull } from './messaging/outbox.ts';
export type { RelayStatus } from './messaging/relay.ts';
export type { ConsumerFigures } from './messaging/troubles.ts';
export type * from './store.ts';
export { AmbiguousCommit, LeaseLost, laneOf } from './store.ts';
