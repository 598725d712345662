import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { errorOf } from '../support/envelope.ts';
import { type ConfigLines, startTestGateway, type StartOptions } from '../support/gateway.ts';
import { streamPost } from '../support/raw-client.ts';
import { chunk, chunkedReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import {
  chatChunk,
  close,
  gate,
  hold,
  type Script,
  send,
  silence,
  sse,
  startUpstream,
} from '../support/upstream.ts';

type Settings = Readonly<Record<string, unknown>>;

interface Given {
  readonly pii?: Settings;
  readonly config?: Partial<ConfigLines>;
  readonly options?: StartOptions;
}

async function start(t: Cleanup, script: Script, { pii, config, options }: Given = {}) {
  const upstream = await startUpstream(t, script);
  const gateway = await startTestGateway(
    t,
    {
      targets: [{ url: upstream.url }],
      chain: ['pii-detector'],
      policy: { 'pii-detector': { streaming_mode: 'buffered', ...pii } },
      ...config,
    },
    options,
  );
  return { upstream, gateway, client: await gateway.client() };
}

const words = sse(chatChunk({ content: 'Harmless words. ' }));
const address = sse(chatChunk({ content: 'To ann@example.com. ' }));
const end = sse(chatChunk({ finishReason: 'stop' }), '[DONE]');
const oneSecond = { limits: { waiting_comment_seconds: 1 } };

/** The one event of a stream that ended with an error, which is all of it but comments. */
function onlyError(text: string): Readonly<Record<string, unknown>> {
  const events = text.replaceAll(': waiting\n\n', '');
  assert.match(events, /^data: [^\n]*\n\n$/);
  return errorOf(events.slice('data: '.length));
}

test('nothing of an answer is shown before its end, only that the connection is alive', async (t) => {
  const last = gate();
  const { client, gateway } = await start(
    t,
    [[send(streamHead()), send(chunk(words + address)), hold(last), send(chunk(end)), send(lastChunk)]],
    { config: oneSecond },
  );

  client.send(streamPost());
  const before = await client.text(': waiting\n\n');
  last.open();
  const { text, headers } = await client.answer();

  assert.doesNotMatch(before, /data/);
  assert.equal(headers['x-keeptrusts-enforcement'], 'buffered');
  assert.equal(
    text.replaceAll(': waiting\n\n', ''),
    words + address.replace('ann@example.com', '[EMAIL]') + end,
  );
  const [call] = await gateway.calls(1);
  assert.deepEqual([call?.['status'], call?.['verdict']], [200, 'rewrite']);
  const page = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
  const [, held = ''] = /^keeptrusts_gateway_policy_holdback_seconds_sum (\S+)$/m.exec(page) ?? [];
  assert.ok(Number(held) > 0, `held back for ${held} s`);
});

test('one policy that is buffered makes it so for all of the chain', async (t) => {
  const last = gate();
  const { client } = await start(
    t,
    [[send(streamHead()), send(chunk(words)), hold(last), send(chunk(end)), send(lastChunk)]],
    {
      pii: { streaming_mode: 'realtime' },
      config: {
        ...oneSecond,
        chain: ['pii-detector', 'safety-filter'],
        policy: { 'safety-filter': { streaming_mode: 'buffered' } },
      },
    },
  );

  client.send(streamPost());
  const before = await client.text(': waiting\n\n');
  last.open();

  assert.doesNotMatch(before, /data/);
  assert.match((await client.answer()).text, /DONE/);
});

test('the head of every stream says how it is enforced', async (t) => {
  const script = [[send(chunkedReply([words, end]))]];
  const cases = [
    [{ config: { chain: [], policy: {} } }, 'none'],
    [{ config: { chain: ['audit-logger'], policy: {} } }, 'none'],
    [{ pii: { applies_to: { directions: ['request'] } } }, 'none'],
    [{ pii: { streaming_mode: 'realtime' } }, 'realtime'],
    [{}, 'buffered'],
  ] as const;
  for (const [given, expected] of cases) {
    const { client } = await start(t, script, given);

    client.send(streamPost());

    const { headers, text } = await client.answer();
    assert.equal(headers['x-keeptrusts-enforcement'], expected);
    assert.equal(text, words + end);
  }
});

test('a denial shows nothing of the answer and lets go of the provider', async (t) => {
  const { client, upstream, gateway } = await start(
    t,
    [[send(streamHead()), send(chunk(words + address)), silence()]],
    { pii: { action: 'block' } },
  );

  client.send(streamPost());
  const error = onlyError((await client.answer()).text);

  assert.deepEqual([error['code'], error['policy']], ['output_blocked', 'pii-detector']);
  await upstream.peerClosed(0);
  const [call] = await gateway.calls(1);
  assert.deepEqual([call?.['verdict'], call?.['aborted']], ['deny', 'policy']);
});

const faults: Readonly<Record<string, readonly [Script, string]>> = {
  'breaks off': [[[send(streamHead()), send(chunk(words)), close()]], 'upstream_cut_off'],
  'ends without saying so': [[[send(streamHead()), send(chunk(words)), send(lastChunk)]], 'upstream_cut_off'],
  'reports an error': [
    [[send(chunkedReply([words, sse({ error: { message: 'overloaded' } })]))]],
    'upstream_error_event',
  ],
};

for (const [how, [script, code]] of Object.entries(faults)) {
  test(`a stream that ${how} ends in an error event and nothing else`, async (t) => {
    const { client, gateway } = await start(t, script);

    client.send(streamPost());

    assert.equal(onlyError((await client.answer()).text)['code'], code);
    const [call] = await gateway.calls(1);
    assert.deepEqual([call?.['code'], call?.['aborted']], [code, 'upstream']);
  });
}

test('an answer that outgrows its limit ends in an error event and lets go of the provider', async (t) => {
  const long = sse(chatChunk({ content: 'word '.repeat(300) }));
  const { client, upstream } = await start(
    t,
    [[send(streamHead()), send(chunk(long)), send(chunk(long)), silence()]],
    { config: { limits: { answer_bytes: 2048 } } },
  );

  client.send(streamPost());

  assert.equal(onlyError((await client.answer()).text)['code'], 'upstream_too_large');
  await upstream.peerClosed(0);
});

test('a client that leaves while its answer is held lets go of the provider', async (t) => {
  const { client, upstream, gateway } = await start(
    t,
    [[send(streamHead()), send(chunk(words)), silence()]],
    { config: oneSecond },
  );
  client.send(streamPost());
  await client.text(': waiting\n\n');

  client.socket.destroy();

  await upstream.peerClosed(0);
  const [call] = await gateway.calls(1);
  assert.deepEqual([call?.['status'], call?.['aborted']], [499, 'client']);
});

test('a stream that is held when the gateway stops ends in an error event', async (t) => {
  const { client, gateway } = await start(t, [[send(streamHead()), send(chunk(words)), silence()]], {
    config: oneSecond,
  });
  client.send(streamPost());
  await client.text(': waiting\n\n');

  const stopped = gateway.gateway.stop();

  assert.equal(onlyError((await client.answer()).text)['code'], 'shutting_down');
  await stopped;
});

test('a provider that keeps its stream open after [DONE] holds nobody up', async (t) => {
  const { client, upstream } = await start(t, [
    [send(streamHead()), send(chunk(words)), send(chunk(end)), silence()],
  ]);

  client.send(streamPost());

  assert.equal((await client.answer()).text, words + end);
  await upstream.peerClosed(0);
});
