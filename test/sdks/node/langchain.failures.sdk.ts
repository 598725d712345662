import assert from 'node:assert/strict';
import test from 'node:test';
import { contactPrompt, failingOnce, injection, Marker, personal, rejection, stage } from './stage.ts';
import { chat, shown } from './langchain.client.ts';

test('denial: an error with status 409 and the reason, sent once', async () => {
  const marker = new Marker();

  const error = shown(await rejection(chat(stage.main, marker).invoke(injection)));

  assert.deepEqual([error.status, error.code], [409, 'input_blocked']);
  assert.match(error.message, /prompt injection/);
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

test('denial: sent once as 400 and as 403', async () => {
  for (const [base, status] of [
    [stage.denial400, 400],
    [stage.denial403, 403],
  ] as const) {
    const marker = new Marker();

    const error = shown(await rejection(chat(base, marker).invoke(personal)));

    assert.deepEqual([error.status, error.code], [status, 'input_blocked']);
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
  }
});

test('denial: within a stream an error after the words that were let go', async () => {
  let text = '';
  const read = async (): Promise<void> => {
    for await (const chunk of await chat(stage.denial400).stream(`${contactPrompt} #sim gap=40`))
      text += chunk.text;
  };

  const error = shown(await rejection(read()));

  assert.equal(error.code, 'output_blocked');
  assert.equal(text.trimEnd(), 'You can reach our support team at');
});

for (const status of [400, 401, 403, 404, 422, 429, 500, 502, 503, 504]) {
  test(`upstream errors: ${status} with the provider's message`, async () => {
    const llm = chat(stage.scripted, new Marker(), { maxRetries: 0 });

    const error = shown(await rejection(llm.invoke(`#sim status=${status}`)));

    assert.equal(error.status, status);
    assert.match(error.message, new RegExp(`Simulated error ${status}`));
  });
}

test('gateway errors: a body too large is 413, sent once', async () => {
  const marker = new Marker();

  const error = shown(await rejection(chat(stage.main, marker).invoke('word '.repeat(20_000))));

  assert.deepEqual([error.status, error.code], [413, 'request_too_large']);
  assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 0 });
});

test('gateway errors: an answer cut off is 502', async () => {
  const llm = chat(stage.scripted, new Marker(), { maxRetries: 0 });

  const error = shown(await rejection(llm.invoke('#sim cut=1')));

  assert.deepEqual([error.status, error.code], [502, 'upstream_cut_off']);
});

test('retries: a provider that fails once is asked again, and answers', async () => {
  const marker = failingOnce();

  const answer = await chat(stage.scripted, marker).invoke('#sim say=Yes.');

  assert.equal(answer.content, 'Yes.');
  assert.deepEqual(await marker.counts(), { gateway: 2, upstream: 2 });
});

test('retries: as many as are set for 503, none for 401', async () => {
  const asked = async (status: number) => {
    const marker = new Marker();
    await rejection(chat(stage.scripted, marker, { maxRetries: 1 }).invoke(`#sim status=${status}`));
    return (await marker.counts()).upstream;
  };

  assert.deepEqual([await asked(503), await asked(401)], [2, 1]);
});

for (const [directive, code] of [
  ['error=3', 'simulated'],
  ['cut=3', 'upstream_cut_off'],
] as const) {
  test(`mid-stream error: ${directive} is an error, asked once`, async () => {
    const marker = new Marker();
    let text = '';
    const read = async (): Promise<void> => {
      const stream = await chat(stage.scripted, marker).stream(
        `#sim say="One two three four." ${directive} gap=40`,
      );
      for await (const chunk of stream) text += chunk.text;
    };

    const error = shown(await rejection(read()));

    assert.equal(error.code, code);
    assert.match(text, /^One/);
    assert.deepEqual(await marker.counts(), { gateway: 1, upstream: 1 });
  });
}

test('abort: a signal ends a stream, and cancels the provider', async () => {
  const marker = new Marker();
  const abort = new AbortController();
  const read = async (): Promise<void> => {
    const { signal } = abort;
    const stream = await chat(stage.scripted, marker).stream('#sim events=1000 gap=20', { signal });
    for await (const _ of stream) abort.abort();
  };

  await rejection(read());

  await marker.cancelled();
});

test('timeout: an error, and the provider is cancelled', async () => {
  const marker = new Marker();

  const error = await rejection(
    chat(stage.scripted, marker, { timeout: 500, maxRetries: 0 }).invoke('#sim delay=60000'),
  );

  assert.match(shown(error).name, /Timeout/);
  await marker.cancelled();
});
