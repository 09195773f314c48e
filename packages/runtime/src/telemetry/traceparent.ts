import type { SpanContext } from './open-telemetry-api.ts';

/** https://www.w3.org/TR/trace-context/#traceparent-header: a later version may have more parts, version ff is none. */
const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The span that a message comes from; undefined when what it carries is no trace context. */
export function parseTraceparent(value: unknown): SpanContext | undefined {
  const match = typeof value === 'string' ? pattern.exec(value) : null;
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = match as unknown as readonly string[];
  if (version === '00' && rest !== undefined) return undefined;
  return { traceId: traceId as string, spanId: spanId as string, traceFlags: Number(`0x${flags}`) & 1, isRemote: true };
}

/** Undefined for a span of a tracer that makes none. */
export function printTraceparent({ traceId, spanId, traceFlags }: SpanContext): string | undefined {
  if (/^0*$/.test(traceId)) return undefined;
  return `00-${traceId}-${spanId}-${traceFlags & 1 ? '01' : '00'}`;
}
