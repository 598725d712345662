import assert from 'node:assert/strict';
import test from 'node:test';
import { generateText, streamText } from 'ai';
import { contactPrompt, failingOnce, injection, Marker, personal, rejection, stage } from './stage.ts';
import { chat, quiet, lastCall, read } from './vercel.client.ts';

test('denial: 409 with the reason, which this library sends three times', async () => {
  const marker = new Marker();

  const error = await rejection(generateText({ model: chat(stage.main, marker), prompt: injection }));

  const last = lastCall(error);
  assert.equal(last.statusCode, 409);
  assert.match(last.message, /prompt injection/);
  assert.match(last.responseBody ?? '', /"code":"input_blocked"/);
  assert.deepEqual(await marker.counts(), { gateway: 3, upstream: 0 });
});

for (const [base, status] of [
  [stage.denial400, 400],
  [stage.denial403, 403],
] as const) {
  test(`denial: with denial_status ${status} it is sent once`, async () => {
    const marker = new Marker();

    const error = await rejection(generateText({ model: chat(base, marker), prompt: personal }));

    assert.equal(lastCall(error).statusCode, status);
    assert.match(lastCall(error).responseBody ?? '', /"code":"input_blocked"/);
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
  });
}

test('denial: within a stream an error part after the words that were let go', async () => {
  const marker = new Marker();

  const { text, error } = await read(`${contactPrompt} #sim gap=40`, stage.denial400, marker);

  assert.match(JSON.stringify(error) + String(error), /personal data/);
  assert.equal(text.trimEnd(), 'You can reach our support team at');
  await marker.cancelled();
});

for (const status of [400, 401, 403, 404, 422, 429, 500, 502, 503, 504]) {
  test(`upstream errors: ${status} is an APICallError with the provider's message`, async () => {
    const error = await rejection(
      generateText({ model: chat(stage.scripted), prompt: `#sim status=${status}`, maxRetries: 0 }),
    );

    assert.equal(lastCall(error).statusCode, status);
    assert.match(lastCall(error).message, new RegExp(`Simulated error ${status}`));
  });
}

test('upstream errors: Retry-After arrives', async () => {
  const prompt = '#sim status=429 retry-after=7';

  const error = await rejection(generateText({ model: chat(stage.scripted), prompt, maxRetries: 0 }));

  assert.equal(lastCall(error).responseHeaders?.['retry-after'], '7');
});

test('gateway errors: a body too large is 413, sent once', async () => {
  const marker = new Marker();

  const error = await rejection(
    generateText({ model: chat(stage.main, marker), prompt: 'word '.repeat(20_000) }),
  );

  assert.equal(lastCall(error).statusCode, 413);
  assert.match(lastCall(error).responseBody ?? '', /request_too_large/);
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

test('gateway errors: an answer cut off is 502', async () => {
  const error = await rejection(
    generateText({ model: chat(stage.scripted), prompt: '#sim cut=1', maxRetries: 0 }),
  );

  assert.equal(lastCall(error).statusCode, 502);
  assert.match(lastCall(error).responseBody ?? '', /upstream_cut_off/);
});

test('retries: twice more for 503, never for 401', async () => {
  const asked = async (status: number) => {
    const marker = new Marker();
    await rejection(generateText({ model: chat(stage.scripted, marker), prompt: `#sim status=${status}` }));
    return (await marker.counts()).upstream;
  };

  assert.deepEqual([await asked(503), await asked(401)], [3, 1]);
});

test('retries: a provider that fails once is asked again, and answers', async () => {
  const marker = failingOnce();

  const { text } = await generateText({ model: chat(stage.scripted, marker), prompt: '#sim say=Yes.' });

  assert.equal(text, 'Yes.');
  assert.deepEqual(await marker.counts(), { gateway: 2, upstream: 2 });
});

for (const [directive, message] of [
  ['error=3', /failed in the middle/],
  ['cut=3', /closed the connection early/],
] as const) {
  test(`mid-stream error: ${directive} is an error part, asked once`, async () => {
    const marker = new Marker();

    const { text, error } = await read(
      `#sim say="One two three four." ${directive} gap=40`,
      stage.scripted,
      marker,
    );

    assert.match(JSON.stringify(error) + String(error), message);
    assert.match(text, /^One/);
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 1 });
  });
}

test('abort: a signal ends a stream, and cancels the provider', async () => {
  const marker = new Marker();
  const abort = new AbortController();
  const { fullStream } = streamText({
    model: chat(stage.scripted, marker),
    prompt: '#sim events=1000 gap=20',
    abortSignal: abort.signal,
    ...quiet,
  });

  let hasAborted = false;
  for await (const part of fullStream) {
    if (part.type === 'text-delta') abort.abort();
    if (part.type === 'abort') hasAborted = true;
  }

  assert.ok(hasAborted);
  await marker.cancelled();
});

test('timeout: the error of the signal, and the provider is cancelled', async () => {
  const marker = new Marker();

  const error = await rejection(
    generateText({
      model: chat(stage.scripted, marker),
      prompt: '#sim delay=60000',
      abortSignal: AbortSignal.timeout(500),
      maxRetries: 0,
    }),
  );

  assert.ok(error instanceof Error);
  assert.match(error.name, /TimeoutError|AbortError/);
  await marker.cancelled();
});
