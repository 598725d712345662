import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { Utf8Pieces } from '../../src/sse/parse.ts';
import type { Cleanup } from '../support/cleanup.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chunk, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { startUpstream } from '../support/upstream.ts';
import type { Random } from './random.ts';
import { chains, everything } from './chains.ts';
import { ClientView, note, type ProofStream, proofStream } from './streams.ts';
import type { Counts } from './counts.ts';

const asks = {
  'chat/completions': { messages: [{ role: 'user', content: 'hi' }] },
  completions: { prompt: 'hi' },
  responses: { input: 'hi' },
  embeddings: { input: 'hi' },
} as const;

/**
 * Sends streams of many fields through a real gateway, their bytes cut anywhere, in HTTP chunks of any size, with gzip and
 * without, and looks at what has arrived after every read of the client.
 */
export async function proveSockets(
  t: Cleanup,
  random: Random,
  streams: number,
  counts: Counts,
): Promise<void> {
  let proof = proofStream(random, chains.redacting);
  const upstream = await startUpstream(t, async (_request, connection) => {
    const bytes = await replyBytes(random, proof.stream);
    await connection.send(bytes, placesIn(random, bytes.length));
  });
  const gateways = await Promise.all(
    (['realtime', 'buffered'] as const).map((streaming_mode) =>
      startTestGateway(t, {
        targets: [{ url: upstream.url }],
        chain: ['pii-detector'],
        policy: { 'pii-detector': { ...everything, streaming_mode } },
      }),
    ),
  );
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  for (let left = streams; left > 0; left -= 1) {
    try {
      await ask({ proof, url: random.oneOf(gateways).url, agent });
    } catch (cause) {
      throw new Error(`over sockets, in the stream ${JSON.stringify(proof.stream)}`, { cause });
    }
    note(proof, counts);
    proof = proofStream(random, chains.redacting);
  }
}

async function replyBytes(random: Random, stream: string): Promise<Buffer> {
  const bytes = Buffer.from(stream);
  const coding = random.below(3);
  const headers = coding === 0 ? undefined : { 'content-encoding': 'gzip' };
  const body = coding === 0 ? bytes : coding === 1 ? gzipSync(bytes) : await flushedGzip(random, bytes);
  const parts = pieces(body, placesIn(random, body.length));
  const head = streamHead(headers === undefined ? {} : { headers });
  return Buffer.concat([head, ...parts.map((part) => chunk(part)), lastChunk]);
}

/** Compressed as by a server that flushes after each of its writes. */
async function flushedGzip(random: Random, bytes: Buffer): Promise<Buffer> {
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  const all = buffer(gzip);
  for (const piece of pieces(bytes, placesIn(random, bytes.length))) gzip.write(piece);
  gzip.end();
  return all;
}

/** A few places, in order, to cut so many bytes at. */
function placesIn(random: Random, length: number): readonly number[] {
  const all = Array.from({ length: random.below(12) }, () => 1 + random.below(Math.max(1, length - 1)));
  return [...new Set(all)].toSorted((a, b) => a - b);
}

function pieces(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}

interface Asked {
  readonly proof: ProofStream;
  readonly url: string;
  readonly agent: Agent;
}

async function ask({ proof, url, agent }: Asked): Promise<void> {
  const client = new ClientView(proof);
  const decoder = new Utf8Pieces();
  const call = request(`${url}/v1/${proof.family}`, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
  });
  call.end(JSON.stringify({ model: 'm', stream: true, ...asks[proof.family] }));
  const [response] = await once(call, 'response');
  for await (const part of response) client.take(decoder.push(part));
  client.end();
}
