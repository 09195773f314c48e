export type { OpenTelemetryOptions } from './telemetry/open-telemetry.ts';
export { openTelemetry } from './telemetry/open-telemetry.ts';
export type {
  Attributes,
  Meter,
  OpenTelemetryApi,
  OtelContext,
  Span,
  SpanContext,
  SpanOptions,
  Tracer,
} from './telemetry/open-telemetry-api.ts';
