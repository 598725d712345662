import assert from 'node:assert/strict';
import test from 'node:test';
import { contactPrompt, failingOnce, injection, Marker, personal, rejection, stage } from './stage.ts';
import { llm, user, shown, spell } from './llamaindex.client.ts';

test('denial: a ConflictError with the reason, sent once', async () => {
  const marker = new Marker();

  const error = shown(await rejection(llm(stage.main, marker).chat({ messages: user(injection) })));

  assert.deepEqual([error.kind, error.status, error.code], ['ConflictError', 409, 'input_blocked']);
  assert.match(error.message, /prompt injection/);
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

test('denial: sent once as 400 and as 403', async () => {
  for (const [base, kind] of [
    [stage.denial400, 'BadRequestError'],
    [stage.denial403, 'PermissionDeniedError'],
  ] as const) {
    const marker = new Marker();

    const error = shown(await rejection(llm(base, marker).chat({ messages: user(personal) })));

    assert.deepEqual([error.kind, error.code], [kind, 'input_blocked']);
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
  }
});

test('denial: within a stream an error after the words that were let go', async () => {
  const pieces: string[] = [];

  const error = shown(await rejection(spell(llm(stage.denial400), `${contactPrompt} #sim gap=40`, pieces)));

  assert.equal(error.code, 'output_blocked');
  assert.equal(pieces.join('').trimEnd(), 'You can reach our support team at');
});

for (const [status, kind] of [
  [400, 'BadRequestError'],
  [401, 'AuthenticationError'],
  [403, 'PermissionDeniedError'],
  [404, 'NotFoundError'],
  [429, 'RateLimitError'],
  [500, 'InternalServerError'],
  [502, 'InternalServerError'],
  [503, 'InternalServerError'],
  [504, 'InternalServerError'],
] as const) {
  test(`upstream errors: ${status} is a ${kind} with the provider's message`, async () => {
    const asking = llm(stage.scripted, new Marker(), { maxRetries: 0 });

    const error = shown(await rejection(asking.chat({ messages: user(`#sim status=${status}`) })));

    assert.deepEqual([error.kind, error.status], [kind, status]);
    assert.match(error.message, new RegExp(`Simulated error ${status}`));
  });
}

test('gateway errors: a body too large is 413, sent once', async () => {
  const marker = new Marker();

  const error = shown(
    await rejection(llm(stage.main, marker).chat({ messages: user('word '.repeat(20_000)) })),
  );

  assert.deepEqual([error.status, error.code], [413, 'request_too_large']);
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

test('gateway errors: an answer cut off is 502', async () => {
  const asking = llm(stage.scripted, new Marker(), { maxRetries: 0 });

  const error = shown(await rejection(asking.chat({ messages: user('#sim cut=1') })));

  assert.deepEqual([error.status, error.code], [502, 'upstream_cut_off']);
});

test('retries: ten times more for 503, never for 401', async () => {
  const asked = async (status: number): Promise<number> => {
    const marker = new Marker();
    await rejection(llm(stage.scripted, marker).chat({ messages: user(`#sim status=${status}`) }));
    return (await marker.counts()).upstream;
  };

  assert.deepEqual([await asked(503), await asked(401)], [11, 1]);
});

test('retries: a provider that fails once is asked again, and answers', async () => {
  const marker = failingOnce();

  const { message } = await llm(stage.scripted, marker).chat({ messages: user('#sim say=Yes.') });

  assert.equal(message.content, 'Yes.');
  assert.deepEqual(await marker.counts(), { gateway: 2, upstream: 2 });
});

for (const [directive, code] of [
  ['error=3', 'simulated'],
  ['cut=3', 'upstream_cut_off'],
] as const) {
  test(`mid-stream error: ${directive} is an error, asked once`, async () => {
    const marker = new Marker();
    const pieces: string[] = [];
    const prompt = `#sim say="One two three four." ${directive} gap=40`;

    const error = shown(await rejection(spell(llm(stage.scripted, marker), prompt, pieces)));

    assert.equal(error.code, code);
    assert.match(pieces.join(''), /^One/);
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 1 });
  });
}

// Leaving the loop is not enough: the library's wrapper keeps its stream open, and no call takes a signal.
test('abort: a signal given to fetch ends a stream, and cancels the provider', async () => {
  const marker = new Marker();
  const abort = new AbortController();
  const withSignal: typeof fetch = (url, init) =>
    fetch(url, { ...init, signal: AbortSignal.any([abort.signal, ...(init?.signal ? [init.signal] : [])]) });
  const additionalSessionOptions = { defaultHeaders: marker.headers, fetch: withSignal };
  const asking = llm(stage.scripted, marker, { additionalSessionOptions });
  const readAll = async (): Promise<void> => {
    const stream = await asking.chat({ messages: user('#sim events=1000 gap=20'), stream: true });
    for await (const _ of stream) abort.abort();
  };

  await readAll().catch(() => undefined); // whether it ends or throws is the library's affair
  await marker.cancelled();
});

test('timeout: an error, and the provider is cancelled', async () => {
  const marker = new Marker();
  const asking = llm(stage.scripted, marker, { timeout: 500, maxRetries: 0 });

  const error = shown(await rejection(asking.chat({ messages: user('#sim delay=60000') })));

  assert.match(error.kind, /Timeout/);
  await marker.cancelled();
});
