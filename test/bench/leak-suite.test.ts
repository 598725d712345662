import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../bench/child.ts';
import type { Group } from '../../bench/leak/cases.ts';
import { places } from '../../bench/leak/cases.ts';
import type { Door } from '../../bench/leak/client.ts';
import type { Cut } from '../../bench/leak/cuts.ts';
import { measureDelay } from '../../bench/leak/delay.ts';
import { runEndings } from '../../bench/leak/endings.ts';
import { runGroup } from '../../bench/leak/journey.ts';
import { ScriptedUpstream } from '../../bench/leak/scripted-upstream.ts';
import { secrets } from '../../bench/leak/secrets.ts';
import { examine, isClean } from '../../bench/leak/suite.ts';

// Gateways that leak in ways that are known: each must be found out.

const here = { host: '127.0.0.1', port: 0 };
const mail = /[\w.]+@[\w.]+\.com/g;

/** What a gateway does with an answer that comes in. */
type Passing = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

async function startUpstream(t: TestContext): Promise<ScriptedUpstream> {
  const upstream = await ScriptedUpstream.listen(here);
  t.after(() => upstream[Symbol.asyncDispose]());
  return upstream;
}

/** A gateway that hands calls on as they are. */
async function startGateway(t: TestContext, upstream: ScriptedUpstream, pass: Passing): Promise<Door> {
  const server = http.createServer((request, response) => {
    const { url = '', method = '', headers } = request;
    const asked = http.request(`${upstream.origin}${url}`, { method, headers, agent: false }, (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, {
        'content-type': incoming.headers['content-type'] ?? '',
      });
      pass(incoming, response);
    });
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  });
  server.listen({ ...here });
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${port}/v1`, headers: {}, model: 'leak-model' };
}

function direct(upstream: ScriptedUpstream): Door {
  return { url: `${upstream.origin}/v1`, headers: {}, model: 'leak-model' };
}

function group(id: string, cut: Cut): Group {
  const place = places.find((one) => one.kind === 'stream' && one.id === id);
  assert.ok(place !== undefined);
  return { id, place, cut, planted: secrets.filter(({ value }) => value === 'zoe.quill@example.com') };
}

const maskPieces: Passing = (incoming, outgoing) => {
  incoming.on('data', (bytes: Buffer) => outgoing.write(bytes.toString().replace(mail, '[EMAIL]')));
  incoming.on('end', () => outgoing.end());
  incoming.on('error', () => outgoing.destroy());
};

/** Collects everything and masks it, text by text: nothing leaks, nothing streams. */
const collect: Passing = (incoming, outgoing) => {
  let text = '';
  incoming.on('data', (bytes: Buffer) => (text += bytes.toString()));
  incoming.on('end', () => outgoing.end(text.replace(mail, '[EMAIL]')));
  incoming.on('error', () => outgoing.end('data: [DONE]\n\n'));
};

test('with no guard between, every case of every group leaks whole', async (t) => {
  const upstream = await startUpstream(t);

  const found = await examine(
    upstream,
    { title: 'none', door: direct(upstream) },
    { isSmoke: true, only: ['stream', 'answer', 'call'] },
  );

  const wrong = found.cases.filter(
    ({ verdict }) => verdict.kind !== 'leaked' || verdict.chars !== verdict.of,
  );
  assert.deepEqual(wrong, []);
  assert.equal(found.cases.length > 40, true);
  assert.equal(isClean(found), false);
});

test('a guard that masks each network piece removes what is whole and leaks what is cut', async (t) => {
  const upstream = await startUpstream(t);
  const door = await startGateway(t, upstream, maskPieces);

  const whole = await runGroup(upstream, door, group('content', 'one event'));
  const middle = await runGroup(upstream, door, group('content', 'in the middle'));
  const bytes = await runGroup(upstream, door, group('content', 'every byte'));

  assert.deepEqual(
    whole.map(({ verdict }) => verdict.kind),
    ['removed'],
  );
  assert.deepEqual(
    middle.map(({ verdict }) => verdict),
    [{ kind: 'leaked', chars: 21, of: 21, from: 'start' }],
  );
  assert.deepEqual(
    bytes.map(({ verdict }) => verdict.kind),
    ['leaked'],
  );
});

test('a gateway that loses harmless text is told apart from one that blocks', async (t) => {
  const upstream = await startUpstream(t);
  const loses = await startGateway(t, upstream, (incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => outgoing.end('data: [DONE]\n\n'));
  });
  const blocks = await startGateway(t, upstream, (incoming, outgoing) => {
    let text = '';
    incoming.on('data', (bytes: Buffer) => (text += bytes.toString()));
    incoming.on('end', () =>
      outgoing.end(text.search(mail) === -1 ? text : 'data: {"error":{"message":"no"}}\n\n'),
    );
  });

  const lost = await runGroup(upstream, loses, group('content', 'one event'));
  const blocked = await runGroup(upstream, blocks, group('content', 'one event'));

  assert.deepEqual(
    lost.map(({ verdict }) => verdict.kind),
    ['changed'],
  );
  assert.deepEqual(
    blocked.map(({ verdict }) => verdict.kind),
    ['blocked'],
  );
});

test('a gateway that does not serve an API is told apart from one that blocks', async (t) => {
  const upstream = await startUpstream(t);
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(404).end('no such path');
  });
  server.listen({ ...here });
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`;

  const results = await runGroup(upstream, { ...direct(upstream), url }, group('content', 'one event'));

  assert.deepEqual(
    results.map(({ verdict }) => verdict),
    [{ kind: 'unserved', detail: 'status 404' }],
  );
});

test('words that name nothing are refused, not called clean', async (t) => {
  const upstream = await startUpstream(t);

  const examined = examine(
    upstream,
    { title: 'none', door: direct(upstream) },
    { isSmoke: true, only: ['contents'] },
  );

  await assert.rejects(examined, /nothing is named after any of: contents/);
});

test('the command ends with 1 for a gateway that leaks', async () => {
  const listen = `127.0.0.1:${await freePort()}`;
  const run = join(import.meta.dirname, '../../bench/leak/run.ts');
  const args = ['--url', `http://${listen}/v1`, '--listen', listen, '--only', 'call: message'];

  const child = spawn(process.execPath, [run, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [report, ended]: [string, unknown[]] = await Promise.all([
    readText(child.stdout),
    once(child, 'close'),
  ]);

  assert.match(report, /\| call: message \| leaked whole: 10 \|/);
  assert.deepEqual(ended, [1, null]);
});

test('an ending that is made up is called dishonest, a lost connection is not', async (t) => {
  const upstream = await startUpstream(t);
  const door = await startGateway(t, upstream, collect);

  const made = await runEndings(upstream, door);
  const passed = await runEndings(upstream, direct(upstream));

  const kinds = (results: typeof made, how: string): readonly string[] => [
    ...new Set(results.filter((one) => one.how === how).map(({ verdict }) => verdict.kind)),
  ];
  assert.deepEqual(kinds(made, 'connection lost'), ['dishonest']);
  assert.deepEqual(kinds(passed, 'connection lost'), ['honest']);
  assert.deepEqual(kinds(passed, 'lost inside a secret'), ['leaked']);
  assert.deepEqual(kinds(passed, 'error event'), ['honest']);
  assert.deepEqual(kinds(passed, 'ends unfinished'), ['dishonest']);
});

test('a stream that is collected first is called so, one that flows is not', async (t) => {
  const upstream = await startUpstream(t);
  const door = await startGateway(t, upstream, collect);

  const collected = await measureDelay(upstream, door);
  const flowing = await measureDelay(upstream, direct(upstream));

  assert.equal(collected?.isBuffered, true);
  assert.equal(collected.moments, 1);
  assert.equal(flowing?.isBuffered, false);
});
