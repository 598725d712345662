// How many spans an export request carries, read no further than that.

/** Of a request of OTLP over HTTP, in the encoding its content type names. */
export function spansIn(body: Buffer, contentType: string): number {
  return contentType.startsWith('application/json') ? spansInJson(body) : spansInMessage(body, 0);
}

function spansInJson(body: Buffer): number {
  return body.toString().split('"spanId"').length - 1;
}

// ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans, ScopeSpans.spans: the field's number on each level.
const fields = [1, 2, 2] as const;

function spansInMessage(message: Buffer, level: number): number {
  const isInnermost = level === fields.length - 1;
  let spans = 0;
  let at = 0;
  while (at < message.length) {
    const tag = varint(message, at);
    const field = tag.value >>> 3;
    const wire = tag.value & 7;
    if (wire !== lengthDelimited) {
      at = behindScalar(message, tag.end, wire);
      continue;
    }
    const length = varint(message, tag.end);
    at = length.end + length.value;
    if (at > message.length) throw new Error('a field that is longer than its message');
    if (field !== fields[level]) continue;
    spans += isInnermost ? 1 : spansInMessage(message.subarray(length.end, at), level + 1);
  }
  return spans;
}

const lengthDelimited = 2;

function behindScalar(message: Buffer, at: number, wire: number): number {
  if (wire === 0) return varint(message, at).end;
  if (wire === 1) return at + 8;
  if (wire === 5) return at + 4;
  throw new Error(`wire type ${wire}`);
}

// Tags and lengths are below 2^31. Longer values are only passed over.
function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < Math.min(bytes.length, start + 10); at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new Error('a number without an end');
}
