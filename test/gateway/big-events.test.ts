import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { type ConfigLines, startTestGateway, type StartOptions } from '../support/gateway.ts';
import { streamPost } from '../support/raw-client.ts';
import { z } from 'zod';
import { chunk, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { eventsOf } from '../support/streams.ts';
import { chatChunk, send, silence, sse, startUpstream, type Step } from '../support/upstream.ts';

const picture = 'iVBORw0KGgo'.repeat(400_000); // 4.4 MB
const image = chatChunk({
  delta: { images: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }] },
});
const statusShape = z.object({ targets: z.array(z.object({ failures: z.number() })) });
const stops = chatChunk({ finishReason: 'stop' });

async function start(
  t: Cleanup,
  steps: readonly Step[],
  more: Partial<ConfigLines> = {},
  options: StartOptions = {},
) {
  const upstream = await startUpstream(t, [steps]);
  const config = {
    targets: [{ url: upstream.url }, { url: upstream.url }],
    chain: ['pii-detector'],
    ...more,
  };
  const gateway = await startTestGateway(t, config, options);
  return { upstream, gateway, client: await gateway.client() };
}

function stream(...payloads: readonly unknown[]): readonly Step[] {
  return [send(streamHead()), send(chunk(sse(...payloads))), send(lastChunk)];
}

test('an event of megabytes passes as it came, first or later, and what it says is judged', async (t) => {
  const text = `to ann@example.com. ${'word '.repeat(300_000)}`;
  const args = chatChunk({
    delta: { tool_calls: [{ index: 0, function: { name: 'f', arguments: JSON.stringify({ text }) } }] },
  });
  const { client } = await start(t, stream(image, args, image, stops, '[DONE]'));

  client.send(streamPost());
  const answer = await client.answer();

  const judged = JSON.stringify(args).replace('ann@example.com', '[EMAIL]');
  const got = eventsOf(answer.text);
  assert.equal(got.length, 5);
  assert.equal(got.filter((one) => one === JSON.stringify(image)).length, 2);
  assert.ok(got.includes(judged));
});

for (const [what, before] of [
  ['first', []],
  ['later', [chatChunk({ content: 'so ' })]],
] as const) {
  test(`an event beyond the limit names it, asks no other target and is no failure of this one: ${what}`, async (t) => {
    const { client, upstream, gateway } = await start(t, stream(...before, image), {
      limits: { sse_event_bytes: 1_000_000 },
    });

    client.send(streamPost());
    const { text } = await client.answer();

    assert.match(
      text,
      /"type":"gateway_error","message":"[^"]*\(limits\.sse_event_bytes\)","code":"upstream_too_large"/,
    );
    assert.equal(upstream.requests.length, 1);
    const status = await fetch(`${gateway.gateway.adminUrl}/status`);
    const { targets } = statusShape.parse(await status.json());
    assert.deepEqual(targets, [{ failures: 0 }, { failures: 0 }]);
  });
}

for (const [what, before] of [
  ['before the first content', ''],
  ['behind it', sse(chatChunk({ content: 'so ' }))],
] as const) {
  test(`events under way count with all that is held: ${what}`, async (t) => {
    const half = `data: ${JSON.stringify(image).slice(0, 2_000_000)}`;
    const steps = [send(streamHead()), send(chunk(before + half)), silence()];
    const { client } = await start(t, steps, {}, { maxBufferedBytes: 1_000_000 });

    client.send(streamPost());

    assert.match((await client.answer()).text, /"code":"overloaded"/);
  });
}

test('what one stream held is given back when it has left', async (t) => {
  const { client } = await start(
    t,
    stream(image, image, image, stops, '[DONE]'),
    {},
    { maxBufferedBytes: 12_000_000 },
  );

  for (let round = 0; round < 3; round += 1) {
    client.send(streamPost());
    const { text } = await client.answer();

    assert.equal(eventsOf(text).length, 5, text.slice(0, 400));
  }
});
