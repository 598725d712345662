// W3C Trace Context: https://www.w3.org/TR/trace-context/

/** What a valid `traceparent` says. */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** The caller's span: 16 hex digits. */
  readonly spanId: string;
  /** Those of the flags that are known: sampled and random. */
  readonly flags: number;
}

export const sampledFlag = 0x01;
const randomFlag = 0x02;

// version, trace id, parent id, flags, and what a later version may have added.
const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const noTrace = '0'.repeat(32);
const noSpan = '0'.repeat(16);

/** Reads a `traceparent`. Undefined where the standard says to start a new trace: an invalid header is no error. */
export function parseTraceparent(header: string): TraceParent | undefined {
  const parts = form.exec(header);
  if (parts === null) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', more] = parts;
  // Version ff is forbidden, and 00 has no fifth part. Later ones are read as if they were 00.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (traceId === noTrace || spanId === noSpan) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & (sampledFlag | randomFlag) };
}

export function formatTraceparent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${flags < 16 ? '0' : ''}${flags.toString(16)}`;
}

const mostMembers = 32;
const key = '[a-z][a-z\\d_*/-]{0,255}|[a-z\\d][a-z\\d_*/-]{0,240}@[a-z][a-z\\d_*/-]{0,13}';
// Printable ASCII without comma and equals sign; the last character is no space.
const value = '[ -+\\-.-<>-~]{0,255}[!-+\\--<>-~]';
const memberForm = new RegExp(`^(?:${key})=${value}$`);

/** A `tracestate` that may be passed on, or undefined: one bad member and all of it is dropped, as the standard says. */
export function readTracestate(header: string): string | undefined {
  const members: string[] = [];
  for (const part of header.split(',')) {
    const member = part.replace(/^[ \t]+|[ \t]+$/g, '');
    if (member === '') continue;
    if (members.length === mostMembers || !memberForm.test(member)) return undefined;
    members.push(member);
  }
  return members.length === 0 ? undefined : members.join(',');
}
