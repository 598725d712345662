import assert from 'node:assert/strict';

interface Refused {
  readonly status: number;
  readonly text: string;
}

/** Fails unless this is a refusal in the one shape that all refusals have. */
export function assertRefusal(answer: Refused, status: number, code: string): void {
  assert.equal(answer.status, status, answer.text);
  const error = errorOf(answer.text);
  assert.deepEqual(Object.keys(error).toSorted(), [
    'code',
    'message',
    'param',
    'policy',
    'request_id',
    'type',
  ]);
  assert.equal(error['code'], code);
  assert.equal(error['param'], null);
  assert.equal(typeof error['type'], 'string');
  assert.notEqual(error['message'], '');
  assert.equal(typeof error['request_id'], 'string');
}

/** The `error` member of a body or of an event's data. */
export function errorOf(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  assert.ok(typeof value === 'object' && value !== null && 'error' in value, text);
  const { error } = value;
  assert.ok(typeof error === 'object' && error !== null, text);
  return { ...error };
}
