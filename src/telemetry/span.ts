/** What attributes may be; an undefined one is left out. */
export type AttributeValue = string | number | boolean | string[];
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export interface SpanEvent {
  readonly name: string;
  /** Epoch milliseconds with fractions, as all times here. */
  readonly at: number;
  readonly attributes: Attributes;
}

/** A span as the gateway tells it; span-pipeline.ts makes the library's of it. */
export interface Span {
  readonly kind: 'server' | 'client';
  readonly name: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly isError: boolean;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
}
