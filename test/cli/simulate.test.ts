import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { directiveHelp } from '../../src/simulator/directive-help.ts';
import { runKt, startKt } from '../support/kt-process.ts';
import { chatBody, payloads, post, rawChat, receive, streamedText } from '../simulator/start.ts';

/** `kt simulate` with these flags. */
async function start(t: TestContext, ...flags: readonly string[]) {
  const kt = startKt(t, ['simulate', '--listen', '127.0.0.1:0', ...flags]);
  const [, url = '', port = ''] = await kt.says(/(http:\/\/127\.0\.0\.1:(\d+))/);
  return { kt, url, port: Number(port), close: async () => undefined };
}

const streamed = chatBody('hello there', { stream: true });
const asksForUsage = chatBody('hello', { stream: true, more: { stream_options: { include_usage: true } } });

test('--status and --retry-after answer every call so', async (t) => {
  const simulator = await start(t, '--status', '529', '--retry-after', '7');

  const { status, headers } = await post(simulator, streamed);

  assert.deepEqual([status, headers.get('retry-after')], [529, '7']);
});

for (const [flag, ending] of [
  ['cut', undefined],
  ['reset', 'ECONNRESET'],
] as const) {
  test(`--${flag} breaks a stream after its events`, async (t) => {
    const { text, error } = await receive(rawChat(t, await start(t, `--${flag}`, '3'), streamed));

    assert.deepEqual([payloads(text).length, error], [3, ending]);
  });

  for (const bytes of [0, 1, 37, 500]) {
    test(`--${flag}-bytes ${bytes} breaks streams and whole answers at that byte`, async (t) => {
      const simulator = await start(t, `--${flag}-bytes`, String(bytes));

      const stream = await receive(rawChat(t, simulator, streamed));
      const whole = await receive(rawChat(t, simulator, chatBody('#sim say="a " events=400')));

      assert.deepEqual([stream.error, whole.error], [ending, ending]);
      assert.equal(bodyOf(whole.text).length, bytes);
      assert.equal(unchunked(bodyOf(stream.text)).length, bytes);
    });
  }
}

test('a body shorter than --cut-bytes is whole', async (t) => {
  const simulator = await start(t, '--cut-bytes', '100000');

  const stream = await (await post(simulator, streamed)).text();
  const whole = await (await post(simulator, chatBody('hello'))).text();

  assert.match(stream, /\[DONE\]\n\n$/);
  assert.equal(JSON.parse(whole).object, 'chat.completion');
});

for (const [flag, count] of [
  ['--stall', '2'],
  ['--stall-bytes', '300'],
] as const) {
  test(`${flag} goes silent and keeps the connection open`, async (t) => {
    const simulator = await start(t, flag, count);
    const socket = rawChat(t, simulator, streamed);
    const wanted = (text: string): boolean =>
      flag === '--stall' ? payloads(text).length === 2 : unchunked(bodyOf(text)).length === 300;
    let text = '';

    while (!wanted(text))
      text += String((await once(socket, 'data', { signal: AbortSignal.timeout(5000) }))[0]);
    await post(simulator, chatBody('#sim status=500'));

    assert.equal(socket.readableEnded || socket.destroyed, false);
  });
}

test('--error ends a stream with an error event', async (t) => {
  const text = await (await post(await start(t, '--error', '2'), streamed)).text();

  assert.equal(payloads(text).length, 3);
  assert.match(payloads(text)[2] ?? '', /"server_error"/);
});

test('--nodone leaves out the closing event', async (t) => {
  const text = await (await post(await start(t, '--nodone'), streamed)).text();

  assert.ok(payloads(text).length > 2);
  assert.ok(!text.includes('[DONE]'));
});

test('--gzip compresses whatever the client accepts', async (t) => {
  const simulator = await start(t, '--gzip');

  const { text, reads } = await receive(rawChat(t, simulator, chatBody('hello')));
  const bytes = Buffer.concat(reads);

  assert.match(text, /content-encoding: gzip/);
  assert.match(gunzipSync(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)).toString(), /chat\.completion/);
});

test('--usage off reports none, even when asked', async (t) => {
  const off = await (await post(await start(t, '--usage', 'off'), asksForUsage)).text();
  const on = await (await post(await start(t), asksForUsage)).text();

  assert.doesNotMatch(off, /prompt_tokens/);
  assert.match(on, /prompt_tokens/);
});

test('--say, --split and --events make the text', async (t) => {
  const simulator = await start(t, '--say', 'it is so ', '--split', '2', '--events', '3');

  const text = await (await post(simulator, streamed)).text();

  assert.equal(streamedText(text), 'it is ');
});

test('--crlf ends lines with CR LF', async (t) => {
  const text = await (await post(await start(t, '--crlf'), streamed)).text();

  assert.match(text, /^data: .*\r\n\r\n/);
});

test('--reasoning comes before the answer', async (t) => {
  const text = await (await post(await start(t, '--reasoning', 'I think'), streamed)).text();

  assert.match(text, /"reasoning_content":"I/);
});

test('--tool and --args call a tool', async (t) => {
  const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }];
  const simulator = await start(t, '--tool', 'look', '--args', '{"at":1}');

  const [choice] = JSON.parse(
    await (await post(simulator, chatBody('hi', { more: { tools } }))).text(),
  ).choices;

  assert.deepEqual(choice.message.tool_calls[0].function, { name: 'look', arguments: '{"at":1}' });
});

// Reads may come together on a busy machine; each write is a chunk of its own on the wire, whatever is read at once.
test('--chunk cuts the body into writes of so many bytes', async (t) => {
  const { text } = await receive(rawChat(t, await start(t, '--chunk', '40'), streamed));

  const sizes = chunksOf(bodyOf(text)).map(({ length }) => length);
  assert.ok(sizes.length > 5);
  assert.ok(
    sizes.every((size) => size <= 40),
    sizes.join(),
  );
});

test('--per says how many events come in one write, --gap keeps them apart', async (t) => {
  const { text } = await receive(rawChat(t, await start(t, '--per', '2', '--gap', '1'), streamed));

  const events = chunksOf(bodyOf(text)).map((part) => payloads(part).length);
  assert.ok(events.length > 2);
  assert.ok(
    events.slice(0, -1).every((count) => count === 2),
    events.join(),
  );
});

test('a prompt has the last word', async (t) => {
  const simulator = await start(t, '--status', '500');

  assert.equal((await post(simulator, chatBody('#sim status=418'))).status, 418);
});

test('a fault strikes every so many calls, and the log says which', async (t) => {
  const simulator = await start(
    t,
    '--fault',
    'status=429 retry-after=1 every=3',
    '--fault',
    'status=500 every=2',
  );
  const statuses: number[] = [];

  for (let call = 0; call < 6; call++) statuses.push((await post(simulator, chatBody('the same'))).status);

  assert.deepEqual(statuses, [200, 500, 429, 500, 200, 429]);
  await simulator.kt.says(/POST \/v1\/chat\/completions 429 \(status=429 retry-after=1 every=3\)/);
});

test('a rate strikes about that share of the calls, the same ones in each run, others with another seed', async (t) => {
  const run = async (seed: string): Promise<string> => {
    const simulator = await start(t, '--fault', 'status=503 rate=0.25', '--seed', seed);
    let struck = '';
    for (let call = 0; call < 200; call++) struck += (await post(simulator, chatBody('hi'))).ok ? '.' : 'x';
    return struck;
  };

  const [first, again, other] = [await run('1'), await run('1'), await run('2')];

  const share = first.replaceAll('.', '').length / 200;
  assert.ok(share > 0.15 && share < 0.35, String(share));
  assert.equal(again, first);
  assert.notEqual(other, first);
});

test('with --json the first line says where it listens', async (t) => {
  const kt = startKt(t, ['simulate', '--listen', '127.0.0.1:0', '--json', '--gzip']);

  const [line] = await kt.says(/^\{.*\}\n/);

  assert.match(JSON.parse(line).url, /^http:/);
});

for (const [flags, said] of [
  [['--status', '200'], /--status: the directive "status" takes a whole number from 400 to 599/],
  [['--cut', 'soon'], /--cut: the directive "cut" takes a whole number/],
  [['--usage', 'maybe'], /Allowed choices are on, off/],
  [['--fault', 'every=3'], /--fault: a fault needs a directive/],
  [['--fault', 'status=500 every=3 rate=.5'], /--fault: a fault has either every or rate/],
  [['--fault', 'status=500 rate=2'], /--fault: "rate" takes a share from 0 to 1/],
  [['--fault', 'stat=500'], /--fault: unknown directive "stat"; allowed are status, .*every, rate/],
] as const) {
  test(`kt simulate ${flags.join(' ')} is wrong usage`, async (t) => {
    const { code, stderr } = await runKt(t, ['simulate', '--listen', '127.0.0.1:0', ...flags]);

    assert.equal(code, 2);
    assert.match(stderr, said);
  });
}

test('every directive is described, and has its flag in the help', async (t) => {
  const { stdout } = await runKt(t, ['simulate', '--help']);

  for (const name of Object.keys(directiveHelp).filter((one) => one !== 'delay'))
    assert.ok(stdout.includes(`--${name} `), name);
});

function bodyOf(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

/** What the chunks of a body carry, as far as they have come. */
function unchunked(body: string): string {
  return chunksOf(body).join('');
}

function chunksOf(body: string): readonly string[] {
  const chunks: string[] = [];
  let rest = body;
  for (;;) {
    const [line = '', size = '0'] = /^([0-9a-f]+)\r\n/.exec(rest) ?? [];
    const length = Number.parseInt(size, 16);
    if (length === 0) return chunks;
    chunks.push(rest.slice(line.length, line.length + length));
    rest = rest.slice(line.length + length + 2);
  }
}
