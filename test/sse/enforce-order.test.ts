import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { bytewise, enforcerOf, relayed } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

const chat = () => enforcerOf('chat/completions', guardsOf(linked(piiPolicy())));
const says = (content: string, index = 0) => chatChunk({ content, index });
const stops = (index = 0) => chatChunk({ index, finishReason: 'stop' });
const delta = (one: object) => chatChunk({ delta: { ...one } });
const usage = chatChunk({ usage: { prompt_tokens: 5, completion_tokens: 7 } });

function call(more: object, index = 0): object {
  return chatChunk({ delta: { tool_calls: [{ index, ...more }] } });
}

const named = (name: string) => call({ function: { name } });
const begun = (name: string) => call({ function: { name, arguments: '[' } });

test('events of a field keep their order, and other fields do not wait for them', () => {
  const enforcer = chat();

  const first = enforcer.push(`${sse(says('a@b'))}: note\n\n${sse(says('x ', 1), usage)}`);
  const second = enforcer.push(sse(says('.co '), says('y', 1)));

  assert.equal(first, `: note\n\n${sse(says('x ', 1), usage)}`);
  assert.equal(second, sse(says('[EMAIL]'), says(' ')));
  assert.equal(enforcer.isHolding, true);
  assert.equal(enforcer.push(sse('[DONE]')), sse(says('y', 1), '[DONE]'));
});

test('the answer does not wait for the end of the reasoning before it', () => {
  const enforcer = chat();

  const last = enforcer.push(sse(delta({ reasoning_content: 'so it is 42.' })));
  const answer = enforcer.push(sse(delta({ content: 'It is ' }), delta({ content: '42' })));

  assert.equal(last, '');
  assert.equal(answer, sse(delta({ content: 'It is ' })));
  const rest = sse(delta({ reasoning_content: 'so it is 42.' }), delta({ content: '42' }), stops());
  assert.equal(enforcer.push(sse(stops())), '');
  assert.equal(enforcer.push(sse('[DONE]')), rest + sse('[DONE]'));
});

test('a tool call begins with its name, and the name waits for nothing but its arguments', () => {
  const first = call({ id: 'c', function: { name: 'get_weather', arguments: '' } });
  const empty = call({ function: { arguments: '' } });
  const opened = call({ function: { arguments: '{ ' } });
  const enforcer = chat();

  assert.equal(enforcer.push(sse(first, empty)), '');
  assert.equal(enforcer.push(sse(opened)), sse(first, empty, opened));
});

test('the name of a tool is judged however it is cut, and when it is said again', () => {
  const stream = sse(named('to_a@b'), named('.co'), begun(''), begun('a@b.co'), stops(), '[DONE]');

  const expected = sse(named('[EMAIL]'), named(''), begun(''), begun('[EMAIL]'), stops(), '[DONE]');
  assert.equal(relayed(chat(), [Buffer.from(stream)]).text, expected);
  assert.equal(relayed(chat(), bytewise(stream)).text, expected);
});

test('an event of several fields waits for each of them', () => {
  const enforcer = chat();

  assert.equal(enforcer.push(sse(delta({ content: 'one ', reasoning: 'two' }), says('more '))), '');
  assert.equal(
    enforcer.push(sse(delta({ reasoning: ' and ' }))),
    sse(delta({ content: 'one ', reasoning: 'two' }), says('more '), delta({ reasoning: ' and ' })),
  );
  assert.equal(enforcer.isHolding, false);
});
