import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { startTestGateway } from '../support/gateway.ts';
import { post, streamPost, chat } from '../support/raw-client.ts';
import { chunk, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { everyByte, send, sse, startUpstream } from '../support/upstream.ts';
import { eventsOf } from '../support/streams.ts';

async function answered(t: Cleanup, reply: Buffer | string, isStream: boolean): Promise<string> {
  const upstream = await startUpstream(t, [[send(reply, everyByte(reply))]]);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: ['pii-detector'],
    policy: { 'pii-detector': {} },
  });
  const client = await gateway.client();
  client.send(isStream ? streamPost() : post(chat('hi')));
  return (await client.answer()).text;
}

const mail = 'ann@example.com';
const url = 'https://ann.example.com/a';
const choice = (delta: object, index: unknown = 0) => ({ choices: [{ index, delta }] });
const finish = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };

/** What a provider sends, and what of it the client gets, event by event. */
type Odd = readonly [what: string, sent: readonly unknown[], got: readonly unknown[]];

const streams: readonly Odd[] = [
  [
    'the index of a choice as a number and as text',
    [choice({ content: 'ann@ex' }, 3), choice({ content: 'ample.com' }, '3'), finish],
    [finish, choice({ content: '[EMAIL]' }, 3), choice({ content: '' }, '3')],
  ],
  [
    'the index of a choice that is left out',
    [choice({ content: 'ann@ex' }), { choices: [{ delta: { content: 'ample.com' } }] }, finish],
    [choice({ content: '[EMAIL]' }), { choices: [{ delta: { content: '' } }] }, finish],
  ],
  [
    'parts of one event and of the next',
    [
      choice({ content: [{ text: 'so ' }, { text: 'ann@ex' }] }),
      choice({ content: [{ text: 'ample.com' }] }),
      finish,
    ],
    [
      choice({ content: [{ text: 'so ' }, { text: '[EMAIL]' }] }),
      choice({ content: [{ text: '' }] }),
      finish,
    ],
  ],
  [
    'a part, and the rest of it as text',
    [choice({ content: [{ text: 'ann@ex' }] }), choice({ content: 'ample.com' }), finish],
    [choice({ content: [{ text: '[EMAIL]' }] }), choice({ content: '' }), finish],
  ],
  [
    'two choices in one event, in another order in the next',
    [
      { choices: [{ index: 0, delta: { content: 'ann@ex' } }, { index: 1, delta: { content: 'bob@ex' } }] },
      { choices: [{ index: 1, delta: { content: 'ample.org' } }, { index: 0, delta: { content: 'ample.com' } }] },
    ],
    [
      { choices: [{ index: 0, delta: { content: '[EMAIL]' } }, { index: 1, delta: { content: '[EMAIL]' } }] },
      { choices: [{ index: 1, delta: { content: '' } }, { index: 0, delta: { content: '' } }] },
    ],
  ],
  [
    'one choice twice in one event',
    [{ choices: [{ index: 0, delta: { content: 'ann@ex' } }, { index: 0, delta: { content: 'ample.com' } }] }],
    [{ choices: [{ index: 0, delta: { content: '[EMAIL]' } }, { index: 0, delta: { content: '' } }] }],
  ],
  [
    'details of the reasoning, by their index',
    [
      choice({ reasoning_details: [{ type: 'reasoning.text', text: 'ann@ex', index: 0 }] }),
      choice({ reasoning_details: [{ type: 'reasoning.text', text: 'ample.com', index: 0 }] }),
      choice({ reasoning_details: [{ type: 'reasoning.summary', summary: mail, index: 1 }] }),
      finish,
    ],
    [
      choice({ reasoning_details: [{ type: 'reasoning.text', text: '[EMAIL]', index: 0 }] }),
      choice({ reasoning_details: [{ type: 'reasoning.text', text: '', index: 0 }] }),
      choice({ reasoning_details: [{ type: 'reasoning.summary', summary: '[EMAIL]', index: 1 }] }),
      finish,
    ],
  ],
  [
    'details of the reasoning, without one',
    [
      choice({ reasoning_details: [{ text: 'so ' }, { text: 'ann@ex' }] }),
      choice({ reasoning_details: [{ text: 'ample.com' }] }),
      finish,
    ],
    [
      choice({ reasoning_details: [{ text: 'so ' }, { text: '[EMAIL]' }] }),
      choice({ reasoning_details: [{ text: '' }] }),
      finish,
    ],
  ],
  [
    'thoughts in parts of the content',
    [
      choice({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'ann@ex' }] }] }),
      choice({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'ample.com' }] }] }),
      finish,
    ],
    [
      choice({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: '[EMAIL]' }] }] }),
      choice({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: '' }] }] }),
      finish,
    ],
  ],
  [
    'arguments that are no text',
    [choice({ tool_calls: [{ index: 0, function: { name: 'f', arguments: { to: mail, [mail]: [4111111111111111], n: 7 } } }] }), finish],
    [choice({ tool_calls: [{ index: 0, function: { name: 'f', arguments: { to: '[EMAIL]', '[EMAIL]': ['[CREDIT_CARD]'], n: 7 } } }] }), finish],
  ],
  [
    'sources of an answer',
    [{ citations: [url, `${url}?mail=${mail}`], search_results: [{ title: mail, url, snippet: `to ${mail}` }], ...choice({}) }, finish],
    [{ citations: [url, `${url}?mail=[EMAIL]`], search_results: [{ title: '[EMAIL]', url, snippet: 'to [EMAIL]' }], ...choice({}) }, finish],
  ],
  [
    'annotations',
    [choice({ annotations: [{ type: 'url_citation', url_citation: { url, title: mail, content: `to ${mail}` } }] }), finish],
    [choice({ annotations: [{ type: 'url_citation', url_citation: { url, title: '[EMAIL]', content: 'to [EMAIL]' } }] }), finish],
  ],
  [
    'keys that nobody knows',
    [{ oddity: mail, choices: [{ index: 0, mood: mail, delta: { mood: 'ann@ex' } }] }, choice({ mood: 'ample.com' }), finish],
    [{ oddity: '[EMAIL]', choices: [{ index: 0, mood: '[EMAIL]', delta: { mood: '[EMAIL]' } }] }, choice({ mood: '' }), finish],
  ],
  [
    'JSON that nobody asked for',
    [choice({ content: '{"to":"x\\' }), choice({ content: 'nann@ex' }), choice({ content: 'ample.com"}' }), finish],
    [choice({ content: '{"to":"x\\' }), choice({ content: 'n[EMAIL]' }), choice({ content: '"}' }), finish],
  ],
]; // prettier-ignore

for (const [what, sent, got] of streams) {
  test(`in a stream of an odd provider nothing is shown: ${what}`, async (t) => {
    const bytes = Buffer.concat([streamHead(), chunk(sse(...sent, '[DONE]')), lastChunk]);

    const text = await answered(t, bytes, true);

    assert.deepEqual(
      eventsOf(text),
      [...got, '[DONE]'].map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
    );
  });
}

for (const [what, event] of [
  [
    'choices',
    '{"choices":[{"index":0,"delta":{"content":"a"}}],"choices":[{"index":0,"delta":{"content":"ann@ex"}}]}',
  ],
  ['a delta', '{"choices":[{"index":0,"delta":{"content":"a"},"delta":{"content":"ann@ex"}}]}'],
  ['an index', '{"choices":[{"index":0,"index":1,"delta":{"content":"ann@ex"}}]}'],
  ['a text', '{"choices":[{"index":0,"delta":{"content":"a","cont\\u0065nt":"ann@ex"}}]}'],
] as const) {
  test(`a stream that has ${what} twice in one event ends, for nobody knows which one is read`, async (t) => {
    const before = choice({ content: 'so, ' });
    const bytes = Buffer.concat([streamHead(), chunk(sse(before, event, '[DONE]')), lastChunk]);

    const text = await answered(t, bytes, true);

    assert.doesNotMatch(text, /ann@|\[DONE\]/);
    assert.match(text, /so, [^]*"code":"upstream_invalid"/);
  });
}

test('comments, ids, names of events and lines of no known field are judged', async (t) => {
  const odd = `: to ${mail}\n\nevent: ${mail}\nid: ${mail}\nretry: 3\nto ${mail}\ndata: ${JSON.stringify(choice({ content: 'x ' }))}\n\n`;
  const usual = `: PROCESSING\r\n\r\nevent: a.b_c\nid: 17\ndata: ${JSON.stringify(choice({ content: 'x ' }))}\n\n`;
  const bytes = Buffer.concat([streamHead(), chunk(odd + usual + sse(finish, '[DONE]')), lastChunk]);

  const text = await answered(t, bytes, true);

  assert.ok(text.startsWith(odd.replaceAll(mail, '[EMAIL]') + usual), text);
});

const oddAnswer = (one: string, card: unknown) => ({
  citations: [url, `${url}?mail=${one}`],
  search_results: [{ title: one, url, snippet: one }],
  choices: [
    {
      index: '0',
      mood: one,
      message: {
        content: [{ type: 'text', text: one }, { type: 'thinking', thinking: [{ text: one }] }],
        reasoning_details: [{ text: one }],
        annotations: [{ url_citation: { url, title: one } }],
        tool_calls: [{ function: { name: 'f', arguments: { [one]: one, deep: [{ card }], n: 1 } } }],
      },
    },
  ],
}); // prettier-ignore

test('a whole answer of an odd provider is judged in all of its texts', async (t) => {
  const text = await answered(t, jsonReply(oddAnswer(mail, 4111111111111111)), false);

  assert.equal(text, JSON.stringify(oddAnswer('[EMAIL]', '[CREDIT_CARD]')));
});
