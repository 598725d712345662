import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { assertNoDescriptorLeft, openDescriptors } from '../support/descriptors.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chat, post, type RawClient, streamPost } from '../support/raw-client.ts';
import { chunk, jsonReply, streamHead } from '../support/reply-bytes.ts';
import {
  chatAnswer,
  chatChunk,
  type Script,
  send,
  silence,
  sse,
  startUpstream,
  type Upstream,
} from '../support/upstream.ts';

const event = sse(chatChunk({ content: 'a' }));
const withinMs = 100;

async function start(t: TestContext, script: Script) {
  const upstream = await startUpstream(t, script);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  return { upstream, gateway };
}

interface Stage {
  readonly script: Script;
  readonly reach: (client: RawClient, upstream: Upstream) => Promise<unknown>;
}

const stages: Readonly<Record<string, Stage>> = {
  'before the head of the answer': {
    script: [[silence()]],
    reach: async (client, upstream) => {
      client.send(streamPost());
      await upstream.request(0);
    },
  },
  'before any content of the stream': {
    script: [[send(streamHead()), send(chunk(': hello\n\n')), silence()]],
    reach: async (client, upstream) => {
      client.send(streamPost());
      await upstream.request(0);
    },
  },
  'in the middle of a stream': {
    script: [[send(streamHead()), send(chunk(event)), silence()]],
    reach: async (client) => {
      client.send(streamPost());
      await client.text(event);
    },
  },
  'in the middle of an answer that is not streamed': {
    script: [[send(jsonReply(chatAnswer()).subarray(0, 150)), silence()]],
    reach: async (client, upstream) => {
      client.send(post(chat('hi')));
      await upstream.request(0);
    },
  },
};

const leave: Readonly<Record<string, (client: RawClient) => void>> = {
  closes: (client) => client.socket.destroy(),
  resets: (client) => client.socket.resetAndDestroy(),
  'shuts its half': (client) => client.socket.end(),
};

for (const [when, { script, reach }] of Object.entries(stages)) {
  for (const [how, go] of Object.entries(leave)) {
    test(`a client that ${how} ${when} has its upstream cancelled at once`, async (t) => {
      const { upstream, gateway } = await start(t, script);
      const client = await gateway.client();
      await reach(client, upstream);

      const leftAt = performance.now();
      go(client);

      const closedAt = await upstream.peerClosed(0);
      assert.ok(closedAt - leftAt < withinMs, `after ${closedAt - leftAt} ms`);
      const [call] = await gateway.calls(1);
      assert.equal(call?.['status'], 499);
      assert.equal(call?.['code'], 'client_closed');
      assert.equal(call?.['aborted'], 'client');
    });
  }
}

const beforeTheCall: Readonly<Record<string, string | Buffer>> = {
  'with nothing sent': '',
  'in the request line': 'POST /v1/ch',
  'in the head': 'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nx: ',
  'in the body': post(chat('hi')).subarray(0, -5),
  'in a chunk':
    'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"mo',
};

test('clients that leave at any stage, in any way, leave no descriptor behind', async (t) => {
  const { upstream, gateway } = await start(t, [[send(streamHead()), send(chunk(event)), silence()]]);
  await warm(gateway);
  await upstream.peerClosed(0);
  const before = openDescriptors();

  for (const go of Object.values(leave)) {
    for (const bytes of Object.values(beforeTheCall)) {
      const client = await gateway.client();
      if (bytes !== '') await client.deliver(bytes);
      go(client);
      await client.closed();
    }
    await warm(gateway, go);
  }

  await assertNoDescriptorLeft(before);
  assert.equal(upstream.openConnections(), 0);
});

async function warm(gateway: TestGateway, go = leave['closes']): Promise<void> {
  const client = await gateway.client();
  client.send(streamPost());
  await client.text(event);
  go?.(client);
}

test('a client that leaves while the next target is about to be asked is not answered by it', async (t) => {
  const failing = await startUpstream(t, async (_request, connection) => {
    client.socket.destroy();
    await client.closed();
    await connection.send(jsonReply({ error: {} }, { status: 500 }));
  });
  const next = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const gateway = await startTestGateway(t, { targets: [{ url: failing.url }, { url: next.url }] });
  const client = await gateway.client();

  client.send(post(chat('hi')));

  const [call] = await gateway.calls(1);
  assert.equal(call?.['status'], 499);
  assert.equal(next.requests.length, 0);
});
