import assert from 'node:assert/strict';
import test from 'node:test';
import { namedError, readError, saidError, saysError } from '../../src/dialect/failure.ts';
import { type JsonObject, scanJson } from '../../src/json/scan.ts';

function parsed(value: unknown): { readonly text: string; readonly root: JsonObject } {
  const text = JSON.stringify(value);
  const root = scanJson(text, { depth: 20, nodes: 1000 });
  assert.ok(root.kind === 'object');
  return { text, root };
}

const error = (fields: object): object => ({ error: fields });
const statuses: readonly (readonly [said: object, status: number])[] = [
  [error({ message: 'm', code: 400 }), 400],
  [error({ message: 'm', code: '413' }), 413],
  [error({ message: 'm', code: ' 429 ' }), 429],
  [error({ message: 'm', status: 503 }), 503],
  [error({ message: 'm', status: '401', code: 'x' }), 401],
  [error({ message: 'm', http_status: 422 }), 422],
  [error({ message: 'm', statusCode: 404 }), 404],
  [error({ message: 'm', code: 'rate_limit_exceeded' }), 429],
  [error({ message: 'm', type: 'tokens', code: 'rate_limit_exceeded' }), 429],
  [error({ message: 'm', type: 'insufficient_quota', code: 'insufficient_quota' }), 429],
  [error({ message: 'm', type: 'invalid_request_error', code: 'context_length_exceeded' }), 400],
  [error({ message: 'm', type: 'invalid_request_error', code: null }), 400],
  [error({ message: 'm', type: 'invalid_request_error', code: 'model_not_found' }), 404],
  [error({ message: 'm', type: 'invalid_request_error', code: 'invalid_api_key' }), 401],
  [error({ message: 'm', type: 'authentication_error' }), 401],
  [error({ message: 'm', type: 'permission_error' }), 403],
  [error({ message: 'm', type: 'not_found_error' }), 404],
  [error({ message: 'm', type: 'request_too_large' }), 413],
  [error({ message: 'm', type: 'billing_error' }), 402],
  [error({ message: 'm', type: 'timeout_error' }), 504],
  [error({ message: 'm', type: 'api_error' }), 502],
  [error({ message: 'm', type: 'server_error' }), 500],
  [error({ message: 'm', code: 'invalid_prompt' }), 400],
  [error({ message: 'm', code: 'image_content_policy_violation' }), 400],
  [error({ message: 'm', code: 'image_file_not_found' }), 400],
  [error({ message: 'm', code: 'content_filter' }), 400],
  [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 529],
  [error({ code: 429, status: 'RESOURCE_EXHAUSTED' }), 429],
  [error({ message: 'm', status: 'INVALID_ARGUMENT' }), 400],
  [error({ message: 'm', status: 'UNAVAILABLE' }), 503],
  [error({ message: 'm', status: 'DEADLINE_EXCEEDED' }), 504],
  [{ object: 'error', message: 'm', type: 'BadRequestError', param: null, code: 400 }, 400],
  [{ object: 'error', message: 'm', type: 'NotFoundError', code: 40401 }, 404],
  [{ error: 'Model is loading', error_type: 'overloaded' }, 503],
  [{ error: 'rate_limit_exceeded' }, 429],
  [{ error: 'the server is invalid and has too many keys' }, 502],
  [{ error: 'Bad Request', status: 400 }, 400],
  [{ error: true, message: 'm', statusCode: 500 }, 500],
  [{ error: ['m'], code: 429 }, 429],
  [{ message: 'm', code: 'ThrottlingException' }, 429],
  [{ message: 'm', code: 404 }, 404],
  [{ detail: 'Not Found' }, 502],
  [{ detail: [{ loc: ['body'], msg: 'field required', type: 'missing' }] }, 502],
  [{ success: false, errors: [{ code: 7003, message: 'm' }] }, 502],
  [{ type: 'error', sequence_number: 1, code: 'rate_limit_exceeded', message: 'm', param: null }, 429],
  [{ type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'm' } } }, 500],
  [{ object: 'response', status: 'failed', error: { code: 'invalid_prompt', message: 'm' }, output: [] }, 400],
  [error({ message: 'm' }), 502],
  [error({ message: 'm', code: 200 }), 502],
  [error({ message: 'm', code: 0, type: 'invalid_request_error' }), 400],
  [error({ message: 'm', code: 1301 }), 502],
  [error({ message: 'm', code: -429 }), 502],
  [error({ message: 'm', code: 429.5 }), 502],
  [error({ message: 'm', code: { status: 429 } }), 502],
  [error({ message: 'm', code: 'x'.repeat(100) + 'quota' }), 502],
]; // prettier-ignore

for (const [said, status] of statuses) {
  test(`a provider's error stands for ${status}: ${JSON.stringify(said).slice(0, 90)}`, () => {
    const { text, root } = parsed(said);

    const read = readError(text, root);

    assert.equal(read?.status, status);
    const body: unknown = JSON.parse(read?.body ?? '');
    assert.ok(typeof body === 'object' && body !== null && 'error' in body && body.error);
  });
}

test('an error that stands where no client looks is put under `error`, as it came', () => {
  const text = '{"object":"error", "message":"h\\u0069","code":400}';
  const root = scanJson(text, { depth: 20, nodes: 1000 });

  assert.ok(root.kind === 'object');
  assert.equal(readError(text, root)?.body, `{"error":${text}}`);
});

const harmless: readonly object[] = [
  {},
  { error: null },
  { error: '' },
  { error: {} },
  { error: [] },
  { error: false },
  { error: 0 },
  { detail: null },
  { detail: '' },
  { errors: [] },
  { message: { role: 'assistant', content: 'x' }, code: 1 },
  { message: 'queued' },
  { object: 'chat.completion.chunk', choices: [] },
  { type: 'ping' },
  { type: 'response.created', response: { status: 'in_progress', error: null } },
  { usage: { prompt_tokens: 1 } },
];

for (const said of harmless) {
  test(`no error is read in ${JSON.stringify(said)}`, () => {
    const { text, root } = parsed(said);

    assert.deepEqual([readError(text, root), saysError(text, root)], [undefined, false]);
  });
}

test('a message alone is an error where the document can be nothing else', () => {
  const { text, root } = parsed({ message: 'no such model' });

  assert.deepEqual(saidError(text, root), { status: 502, body: `{"error":${text}}` });
});

test('an event named `error` is one whatever is in it', () => {
  const { text, root } = parsed({ reason: 'x', code: 429 });

  assert.deepEqual(namedError(text, root), { status: 429, body: `{"error":${text}}` });
  assert.match(namedError('Service "down"', undefined).body, /^\{"error":\{"message":"Service \\"down\\""/);
});
