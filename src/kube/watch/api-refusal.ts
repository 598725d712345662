import { parsedJson } from '../../json/parsed.ts';

/** The API server answered, and not with what was asked for. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  /** How long it asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(what: string, status: number, more: { readonly body: string; readonly retryAfter?: string }) {
    super(`${what}: HTTP ${status}${saidIn(more.body)}`);
    this.status = status;
    const seconds = Number(more.retryAfter);
    this.retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  }
}

/** What a Status object says, or the start of whatever came in its place. */
function saidIn(body: string): string {
  const parsed = parsedJson(body);
  if (typeof parsed === 'object' && parsed !== null && 'message' in parsed)
    return ` (${String(parsed.message)})`;
  return body === '' ? '' : ` (${body.slice(0, 200)})`;
}
