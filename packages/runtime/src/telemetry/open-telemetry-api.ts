/** The slice of `@opentelemetry/api` 1 that is used. What is passed in is the module itself, a tracer and a meter of it. */
export interface OpenTelemetryApi {
  readonly trace: {
    setSpan(context: OtelContext, span: Span): OtelContext;
    setSpanContext(context: OtelContext, spanContext: SpanContext): OtelContext;
    getSpanContext(context: OtelContext): SpanContext | undefined;
  };
  readonly context: {
    active(): OtelContext;
    with<Result>(context: OtelContext, work: () => Result): Result;
  };
}

export interface OtelContext {
  getValue(key: symbol): unknown;
}

export type Attributes = Record<string, string | number>;

export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
}

export interface SpanOptions {
  kind?: number;
  root?: boolean;
  attributes?: Attributes;
  links?: { context: SpanContext }[];
}

export interface Span {
  spanContext(): SpanContext;
  isRecording(): boolean;
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

export interface Tracer {
  startSpan(name: string, options?: SpanOptions, context?: OtelContext): Span;
}

interface InstrumentOptions {
  description?: string;
  unit?: string;
  advice?: { explicitBucketBoundaries?: number[] };
}

export interface Counter {
  add(value: number, attributes?: Attributes): void;
}

export interface Histogram {
  record(value: number, attributes?: Attributes): void;
}

export interface ObservableGauge {
  addCallback(callback: (result: { observe(value: number): void }) => void): void;
  removeCallback(callback: (result: { observe(value: number): void }) => void): void;
}

export interface Meter {
  createCounter(name: string, options?: InstrumentOptions): Counter;
  createHistogram(name: string, options?: InstrumentOptions): Histogram;
  createObservableGauge(name: string, options?: InstrumentOptions): ObservableGauge;
}

/** `SpanKind` and `SpanStatusCode` of the API: numbers that are part of it, so that nothing is imported for them. */
export const spanKind = { client: 2, producer: 3, consumer: 4 } as const;
export const statusError = 2;
