import assert from 'node:assert/strict';
import test from 'node:test';
import Anthropic, { APIConnectionError, NotFoundError } from '@anthropic-ai/sdk';
import { Marker, model, rejection, stage } from './stage.ts';

const notServed = {
  skip: 'not served: the gateway has no `/v1/messages` yet and says so with 404 `no_route`',
};
const notOffered = { skip: "not offered: Anthropic's API has no such thing" };

function sdk(marker: Marker): Anthropic {
  return new Anthropic({ baseURL: stage.main, apiKey: 'of-the-app', defaultHeaders: marker.headers });
}

const call = { model, max_tokens: 100, messages: [{ role: 'user' as const, content: 'hello' }] };

/** What the library shows of the gateway's refusal, and that it did not send it again. */
async function isRefused(marker: Marker, error: unknown): Promise<void> {
  assert.ok(error instanceof NotFoundError);
  assert.ok(!(error instanceof APIConnectionError));
  assert.match(error.message, /nothing is served at \\?"\/v1\/messages/);
  assert.match(error.message, /no_route/);
  const { gateway, upstream } = await marker.seen();
  assert.deepEqual(
    gateway.map(({ status, code }) => [status, code]),
    [[404, 'no_route']],
  );
  assert.deepEqual(upstream, []);
}

test('gateway errors: messages are refused as a NotFoundError that says why, sent once', async () => {
  const marker = new Marker();

  const error = await rejection(sdk(marker).messages.create(call));

  await isRefused(marker, error);
});

test('gateway errors: so are streams, by both ways to ask for one', async () => {
  const plain = new Marker();
  const helped = new Marker();

  const error = await rejection(sdk(plain).messages.create({ ...call, stream: true }));
  const helpedError = await rejection(sdk(helped).messages.stream(call).finalMessage());

  await isRefused(plain, error);
  await isRefused(helped, helpedError);
});

test('gateway errors: so is the counting of tokens', async () => {
  const marker = new Marker();

  const error = await rejection(sdk(marker).messages.countTokens(call));

  await isRefused(marker, error);
});

for (const feature of [
  'chat',
  'stream',
  'stream helper',
  'stream usage',
  'tools',
  'structured output',
  'redaction',
  'denial',
  'upstream errors',
  'retries',
  'mid-stream error',
  'abort',
  'timeout',
]) {
  test(`${feature}: by messages`, notServed);
}
for (const feature of ['embeddings', 'responses', 'completions']) test(`${feature}: none`, notOffered);

test('models: the configured one is listed', async () => {
  const marker = new Marker();

  const { data } = await sdk(marker).models.list();

  assert.deepEqual(
    data.map(({ id }) => id),
    [model],
  );
});
