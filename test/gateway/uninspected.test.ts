import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunkedReply, jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, send, sse, startUpstream } from '../support/upstream.ts';

// A picture is judged by nobody, and with `uninspected: block` it ends the exchange, whichever way it goes.

const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const messages = [{ role: 'user', content: [picture] }];
const asking = chat('hi', { messages });
const whole = jsonReply(chatAnswer({ message: { images: [picture] } }));
const stream = chunkedReply([
  sse(chatChunk({ content: 'so ' })),
  sse(chatChunk({ delta: { images: [picture] } }), chatChunk({ finishReason: 'stop' }), '[DONE]'),
]);
const unended = chunkedReply([
  sse(chatChunk({ content: 'so ' })),
  sse(chatChunk({ delta: { images: [picture] }, finishReason: 'stop' })).trimEnd(),
]);
const plain = jsonReply(chatAnswer());

async function exchanged(t: Cleanup, request: Buffer | string, answer: Buffer, uninspected: string) {
  const upstream = await startUpstream(t, [[send(answer)]]);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: ['pii-detector'],
    policy: { 'pii-detector': {} },
    more: { uninspected },
  });
  const client = await gateway.client();
  client.send(request);
  const { status, text } = await client.answer();
  const [call] = await gateway.calls(1);
  return { status, text, call, asked: upstream.requests.length };
}

const ways = [
  ['a call', post(asking), plain, { status: 409, code: 'input_blocked', asked: 0, aborted: undefined }],
  ['an answer', post(chat('hi')), whole, { status: 409, code: 'output_blocked', asked: 1, aborted: undefined }],
  ['a stream', streamPost(), stream, { status: 200, code: 'output_blocked', asked: 1, aborted: 'policy' }],
  ['a last event without its end', streamPost(), unended, { status: 200, code: 'output_blocked', asked: 1, aborted: 'policy' }],
] as const; // prettier-ignore

for (const [what, request, answer, expected] of ways) {
  test(`${what} that holds a picture is denied where nothing may be uninspected`, async (t) => {
    const { status, text, call, asked } = await exchanged(t, request, answer, 'block');

    assert.doesNotMatch(text, /AAAA/);
    assert.match(text, /blocked: it holds content that cannot be inspected \(image\)/);
    const { code, aborted, verdict } = call ?? {};
    assert.deepEqual({ status, code, asked, aborted }, expected);
    assert.deepEqual([verdict, call?.['uninspected']], ['deny', ['image']]);
  });

  test(`${what} that holds a picture passes and is told of where that is allowed`, async (t) => {
    const { status, call, asked } = await exchanged(t, request, answer, 'allow');

    assert.deepEqual([status, asked], [200, 1]);
    assert.deepEqual([call?.['verdict'], call?.['uninspected']], ['allow', ['image']]);
  });
}

for (const [what, request, answer] of [
  ['an answer', asking, whole],
  ['a stream', chat('hi', { stream: true, messages }), stream],
] as const) {
  test(`${what} that holds a picture, as its call does, is told of once`, async (t) => {
    const { call } = await exchanged(t, post(request), answer, 'allow');

    assert.deepEqual(call?.['uninspected'], ['image']);
  });
}
