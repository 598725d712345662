import assert from 'node:assert/strict';
import test from 'node:test';
import {
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { contactPrompt, failingOnce, injection, Marker, model, personal, rejection, stage } from './stage.ts';
import { sdk, user } from './openai.client.ts';

test('denial: a ConflictError with code and policy, sent once', async () => {
  const marker = new Marker();

  const error = await rejection(
    sdk(stage.main, marker).chat.completions.create({ model, messages: user(injection) }),
  );

  assert.ok(error instanceof ConflictError);
  assert.equal(error.code, 'input_blocked');
  assert.equal(error.type, 'policy_violation');
  assert.equal(error.requestID, marker.name);
  assert.match(error.message, /prompt injection/);
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

for (const [base, expected] of [
  [stage.denial400, BadRequestError],
  [stage.denial403, PermissionDeniedError],
] as const) {
  test(`denial: a ${expected.name} where denial_status says so, sent once`, async () => {
    const marker = new Marker();

    const error = await rejection(
      sdk(base, marker).chat.completions.create({ model, messages: user(personal) }),
    );

    assert.ok(error instanceof expected);
    assert.equal(error.code, 'input_blocked');
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
  });
}

test('denial: within a stream an APIError after the words that were let go, the provider cut off', async () => {
  const marker = new Marker();
  const stream = await sdk(stage.denial400, marker).chat.completions.create({
    model,
    stream: true,
    messages: user(`${contactPrompt} #sim gap=40`),
  });
  let text = '';

  const error = await rejection(
    (async () => {
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    })(),
  );

  assert.ok(error instanceof APIError);
  assert.equal(error.code, 'output_blocked');
  assert.equal(text.trimEnd(), 'You can reach our support team at');
  await marker.cancelled();
});

for (const [status, expected] of [
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
  [500, InternalServerError],
  [502, InternalServerError],
  [503, InternalServerError],
  [504, InternalServerError],
] as const) {
  test(`upstream errors: ${status} is a ${expected.name} with the provider's message and id`, async () => {
    const client = sdk(stage.scripted, new Marker(), { maxRetries: 0 });

    const error = await rejection(
      client.chat.completions.create({ model, messages: user(`#sim status=${status}`) }),
    );

    assert.ok(error instanceof expected);
    assert.equal(error.status, status);
    assert.match(error.message, new RegExp(`Simulated error ${status}`));
    assert.match(error.requestID ?? '', /^req_sim/);
  });
}

test('upstream errors: Retry-After arrives', async () => {
  const client = sdk(stage.scripted, new Marker(), { maxRetries: 0 });

  const error = await rejection(
    client.chat.completions.create({ model, messages: user('#sim status=429 retry-after=7') }),
  );

  assert.ok(error instanceof RateLimitError);
  assert.equal(error.headers.get('retry-after'), '7');
});

test('gateway errors: an unknown path is a NotFoundError, sent once', async () => {
  const marker = new Marker();

  const error = await rejection(sdk(stage.main, marker).moderations.create({ input: 'hi' }));

  assert.ok(error instanceof NotFoundError);
  assert.equal(error.code, 'no_route');
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

test('gateway errors: a body too large is 413, sent once', async () => {
  const marker = new Marker();

  const error = await rejection(
    sdk(stage.main, marker).chat.completions.create({ model, messages: user('word '.repeat(20_000)) }),
  );

  assert.ok(error instanceof APIError);
  assert.deepEqual([error.status, error.code], [413, 'request_too_large']);
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

test('gateway errors: an answer cut off is a 502 InternalServerError', async () => {
  const client = sdk(stage.scripted, new Marker(), { maxRetries: 0 });

  const error = await rejection(client.chat.completions.create({ model, messages: user('#sim cut=1') }));

  assert.ok(error instanceof InternalServerError);
  assert.deepEqual([error.status, error.code], [502, 'upstream_cut_off']);
});

test('retries: twice more for 429 and 503, never for 401', async () => {
  const asked = async (status: number) => {
    const marker = new Marker();
    const messages = user(`#sim status=${status}`);
    await rejection(sdk(stage.scripted, marker).chat.completions.create({ model, messages }));
    return (await marker.counts()).upstream;
  };

  assert.deepEqual([await asked(429), await asked(503), await asked(401)], [3, 3, 1]);
});

test('retries: a provider that fails once is asked again, and answers', async () => {
  const marker = failingOnce();

  const answer = await sdk(stage.scripted, marker).chat.completions.create({
    model,
    messages: user('#sim say=Yes.'),
  });

  assert.equal(answer.choices[0]?.message.content, 'Yes.');
  assert.deepEqual(await marker.counts(), { gateway: 2, upstream: 2 });
});

for (const [directive, code] of [
  ['error=3', 'simulated'],
  ['cut=3', 'upstream_cut_off'],
  ['reset=3', 'upstream_cut_off'],
] as const) {
  test(`mid-stream error: ${directive} is an APIError, asked once`, async () => {
    const marker = new Marker();
    const stream = await sdk(stage.scripted, marker).chat.completions.create({
      model,
      stream: true,
      messages: user(`#sim say="One two three four." ${directive} gap=40`),
    });
    let text = '';

    const error = await rejection(
      (async () => {
        for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
      })(),
    );

    assert.ok(error instanceof APIError);
    assert.equal(error.code, code);
    assert.match(text, /^One/);
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 1 });
  });
}

test('mid-stream error: the stream helper and the Responses API raise it too', async () => {
  const client = sdk(stage.scripted);
  const prompt = '#sim say="One two three four." error=3 gap=40';

  const helped = await rejection(
    client.chat.completions.stream({ model, messages: user(prompt) }).finalContent(),
  );
  const response = await rejection(client.responses.stream({ model, input: prompt }).finalResponse());

  assert.ok(helped instanceof APIError);
  assert.ok(response instanceof Error);
});

test('abort: leaving a stream cancels the provider', async () => {
  const marker = new Marker();
  const stream = await sdk(stage.scripted, marker).chat.completions.create({
    model,
    stream: true,
    messages: user('#sim events=1000 gap=20'),
  });

  for await (const _ of stream) break;

  await marker.cancelled();
});

test('abort: a signal ends a call that waits, and cancels the provider', async () => {
  const marker = new Marker();
  const abort = new AbortController();
  const stream = sdk(stage.scripted, marker).chat.completions.stream(
    { model, messages: user('#sim events=1000 gap=20') },
    { signal: abort.signal },
  );
  stream.once('content', () => abort.abort());

  const error = await rejection(stream.finalContent());

  assert.ok(error instanceof APIUserAbortError);
  await marker.cancelled();
});

test('timeout: an APIConnectionTimeoutError, and the provider is cancelled', async () => {
  const marker = new Marker();
  const client = sdk(stage.scripted, marker, { timeout: 500, maxRetries: 0 });

  const error = await rejection(
    client.chat.completions.create({ model, messages: user('#sim delay=60000') }),
  );

  assert.ok(error instanceof APIConnectionTimeoutError);
  await marker.cancelled();
});
