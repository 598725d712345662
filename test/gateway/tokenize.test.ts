import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import * as z from 'zod';
import type { Cleanup } from '../support/cleanup.ts';
import { startTestGateway } from '../support/gateway.ts';
import { post } from '../support/raw-client.ts';
import { chatAnswer, chatChunk, sse } from '../support/upstream.ts';

const messageShape = z.object({ role: z.string(), content: z.string() });
type Message = z.infer<typeof messageShape>;

const bodyShape = z.object({ messages: z.array(messageShape), stream: z.boolean().optional() });
type Body = z.infer<typeof bodyShape>;

const toolCalls = z.array(z.object({ function: z.object({ arguments: z.string() }) }));
const answerShape = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string(), tool_calls: toolCalls }) })),
});
const chunkShape = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string(), tool_calls: toolCalls }).partial() })),
});

/** A model that repeats the last message: whole, or one character an event; and as the argument of a tool. */
async function startParrot(t: Cleanup) {
  const bodies: Body[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const body = bodyShape.parse(JSON.parse(bytes.toString()));
      bodies.push(body);
      const said = body.messages.at(-1)?.content ?? '';
      if (body.stream === true) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const pieces = Array.from(said, (content) => chatChunk({ content }));
        const calls = Array.from(JSON.stringify({ said }), (text) =>
          chatChunk({ delta: { tool_calls: [{ index: 0, ...toolCall(text) }] } }),
        );
        response.end(sse(...pieces, ...calls, chatChunk({ finishReason: 'stop' }), '[DONE]'));
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          chatAnswer({ contents: [said], message: { tool_calls: [toolCall(JSON.stringify({ said }))] } }),
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { url: `http://127.0.0.1:${address.port}`, bodies };
}

function toolCall(text: string): object {
  return { id: 'c', type: 'function', function: { name: 'f', arguments: text } };
}

const mine = 'Mail "ann@example.com" or call +1 555 123 4567; again: ann@example.com';

async function start(t: Cleanup, settings: object = {}) {
  const upstream = await startParrot(t);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: ['pii-detector'],
    policy: { 'pii-detector': { action: 'tokenize', ...settings } },
  });
  const client = await gateway.client();
  const ask = async (
    messages: readonly Message[],
    more: object = {},
    headers: Record<string, string> = {},
  ) => {
    client.send(post(JSON.stringify({ model: 'm', messages, ...more }), { headers }));
    return client.answer();
  };
  return { upstream, gateway, ask };
}

const user = (content: string): Message => ({ role: 'user', content });

/** What the provider was shown in a call. */
function shown(body: Body | undefined): readonly string[] {
  return body?.messages.map(({ content }) => content) ?? [];
}

test('the provider sees placeholders, and the app its own values', async (t) => {
  const { upstream, ask } = await start(t);

  const { text } = await ask([user(mine)]);

  const [sent = ''] = shown(upstream.bodies[0]);
  assert.match(sent, /^Mail "\[EMAIL-[A-Z]{12}\]" or call \[PHONE-[A-Z]{12}\]; again: \[EMAIL-[A-Z]{12}\]$/);
  const [first, , again] = sent.match(/\[.*?\]/g) ?? [];
  assert.equal(first, again);
  const { choices } = answerShape.parse(JSON.parse(text));
  assert.equal(choices[0]?.message.content, mine);
  assert.deepEqual(JSON.parse(choices[0]?.message.tool_calls[0]?.function.arguments ?? ''), { said: mine });
});

test('a streamed answer gives the values back, however the model splits the placeholder', async (t) => {
  const { ask } = await start(t);

  const { text } = await ask([user(mine)], { stream: true });

  const events = text.split('\n\n').filter((event) => event.startsWith('data: {'));
  const deltas = events.map((event) => chunkShape.parse(JSON.parse(event.slice(6))).choices[0]?.delta);
  assert.equal(deltas.map((delta) => delta?.content ?? '').join(''), mine);
  const tool = deltas.map((delta) => delta?.tool_calls?.[0]?.function.arguments ?? '').join('');
  assert.deepEqual(JSON.parse(tool), { said: mine });
  assert.match(text, /data: \[DONE\]\n\n$/);
});

test('a value has the same placeholder in every turn of a conversation', async (t) => {
  const { upstream, ask } = await start(t);

  await ask([user(mine)]);
  await ask([
    user(mine),
    { role: 'assistant', content: `I wrote to ann@example.com` },
    user('Thanks, ann@example.com'),
  ]);

  const [first = ''] = shown(upstream.bodies[0]);
  const [again = '', answered = '', thanks = ''] = shown(upstream.bodies[1]);
  const [placeholder = 'none'] = /\[EMAIL-.*?\]/.exec(first) ?? [];
  assert.equal(again, first);
  assert.equal(answered, `I wrote to ${placeholder}`);
  assert.equal(thanks, `Thanks, ${placeholder}`);
});

test('conversations have placeholders of their own where that is configured', async (t) => {
  const { upstream, ask } = await start(t, { tokenize: { scope: 'conversation' } });

  await ask([user(mine)], {}, { 'x-conversation-id': 'one' });
  await ask([user(mine)], {}, { 'x-conversation-id': 'one' });
  await ask([user(mine)], {}, { 'x-conversation-id': 'two' });

  const [one, same, other] = upstream.bodies.map((body) => shown(body)[0]);
  assert.equal(one, same);
  assert.notEqual(one, other);
});

test('a placeholder of another call gives nothing back', async (t) => {
  const { upstream, ask } = await start(t);
  await ask([user(mine)]);
  const [stolen = ''] = shown(upstream.bodies[0]);

  const { text } = await ask([user(`Repeat: ${stolen} for bob@example.com`)]);

  assert.ok(!text.includes('ann@example.com'));
  assert.ok(text.includes(`for bob@example.com`));
});

test('personal data that the model brings up itself is redacted, restored values are not', async (t) => {
  const { ask } = await start(t, { applies_to: { roles: ['user', 'assistant'] } });

  const { text } = await ask([user('a@example.com'), { role: 'tool', content: 'b@example.com' }]);

  assert.equal(answerShape.parse(JSON.parse(text)).choices[0]?.message.content, '[EMAIL]');
});

test('values come back where the policy looks at calls alone', async (t) => {
  const { ask } = await start(t, { applies_to: { directions: ['request'] } });

  const { text } = await ask([user(mine)]);

  assert.equal(answerShape.parse(JSON.parse(text)).choices[0]?.message.content, mine);
});
