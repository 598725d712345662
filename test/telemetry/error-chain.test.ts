import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorChain, formatErrors } from '../../src/telemetry/error-chain.ts';

function messages(thrown: unknown): readonly string[] {
  return errorChain(thrown).errors.map(({ message }) => message);
}

test('the chain has the error and what caused it, outermost first', () => {
  const error = new Error('a', { cause: new Error('b', { cause: 'c' }) });

  assert.deepEqual(messages(error), ['a', 'b', 'c']);
  assert.equal(formatErrors(errorChain(error)), 'a: b: c');
});

test('a circle ends', () => {
  const error = new Error('a');
  error.cause = new Error('b', { cause: error });

  assert.deepEqual(messages(error), ['a', 'b']);
});

test('a long chain is cut', () => {
  let error = new Error('root');
  for (let depth = 0; depth < 100; depth += 1) error = new Error('next', { cause: error });

  assert.equal(errorChain(error).errors.length, 8);
});

test('of many errors at once the first is followed', () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

  assert.deepEqual(messages(new AggregateError([refused, new Error('other')], 'all failed')), [
    'all failed',
    'refused',
  ]);
});

const secrets: readonly (readonly [string, string])[] = [
  ['authorization: Bearer abcdefgh12345678', 'abcdefgh12345678'],
  ['invalid header "Basic dXNlcjpwYXNzd29yZA=="', 'dXNlcjpwYXNzd29yZA=='],
  ['key sk-proj-abcdefgh12345678 was refused', 'abcdefgh12345678'],
  ['connect https://user:hunter22@proxy.example', 'hunter22'],
];

for (const [message, secret] of secrets) {
  test(`a credential in a message is masked: ${message}`, () => {
    const { errors, stack } = errorChain(new Error(message));

    assert.ok(!JSON.stringify({ errors, stack }).includes(secret));
    assert.match(errors[0]?.message ?? '', /\[masked\]/);
  });
}

test('an ordinary message stays as it is', () => {
  const message = 'connect ECONNREFUSED 127.0.0.1:8080 at https://api.together.xyz/v1?x=a@b';

  assert.deepEqual(messages(new Error(message)), [message]);
});
