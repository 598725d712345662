import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { streamPost } from '../support/raw-client.ts';
import { chunk, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { chatChunk, gate, hold, send, sse, startUpstream } from '../support/upstream.ts';

const streams = [
  { kind: 'pii-detector', settings: { detect_patterns: ['EMP-\\d{6}'] }, shown: '[PATTERN]' },
  { kind: 'dlp-filter', settings: { blocked_terms: ['EMP-123456'] }, shown: '[TERM]' },
  { kind: 'entity-list-filter', settings: { blocked_entities: ['emp-123456'], action: 'redact' }, shown: '[ENTITY]' },
  { kind: 'response-rewriter', settings: { rules: [{ name: 'r', pattern: 'EMP-(\\d{2})\\d{4}', replacement: 'E$1' }] }, shown: 'E12' },
] as const; // prettier-ignore

for (const { kind, settings, shown } of streams) {
  test(`${kind}: what is found over two events of a stream never shows, and text before it does not wait`, async (t) => {
    const between = gate();
    const upstream = await startUpstream(t, [
      [
        send(streamHead()),
        send(chunk(sse(chatChunk({ content: 'It is ' }), chatChunk({ content: 'EMP-1' })))),
        hold(between),
        send(chunk(sse(chatChunk({ content: '23456, yes' }), chatChunk({ finishReason: 'stop' }), '[DONE]'))),
        send(lastChunk),
      ],
    ]);
    const gateway = await startTestGateway(t, {
      targets: [{ url: upstream.url }],
      chain: [kind],
      policy: { [kind]: settings },
    });
    const client = await gateway.client();

    client.send(streamPost());
    const before = await client.text('It is ');
    between.open();
    const { text } = await client.answer();

    assert.doesNotMatch(before, /EMP/);
    assert.ok(text.includes(shown));
    assert.doesNotMatch(text, /EMP-|3456/);
    assert.match(text, /\[DONE\]/);
  });
}
