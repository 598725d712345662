import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { start, streamedText, words } from './start.ts';

test('a compressed stream ends as gzip ends', async (t) => {
  const { url } = await start(t);
  const call = request(`${url}/v1/chat/completions`, { method: 'POST', agent: false });
  const [answer]: readonly IncomingMessage[] = await once(call.end(words('gzip')), 'response');
  assert.ok(answer);

  // Clients of fetch read a stream that was cut off as if it were whole; this does not.
  const text = gunzipSync(await buffer(answer)).toString();

  assert.equal(streamedText(text), 'a '.repeat(10));
});
