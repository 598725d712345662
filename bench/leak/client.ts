import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApiPath } from './place.ts';

/** How the gateway is reached. */
export interface Door {
  /** Up to and with `/v1`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
}

export interface Order {
  readonly path: ApiPath;
  readonly body: Readonly<Record<string, unknown>>;
  readonly byteByByte?: boolean;
}

export interface Arrival {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** All that a client got, and when. */
export interface Reception {
  /** 0 where no head arrived. */
  readonly status: number;
  readonly isStream: boolean;
  readonly arrivals: readonly Arrival[];
  readonly text: string;
  /** `silent`: nothing more came before the deadline. */
  readonly ending: 'whole' | 'cut' | 'silent';
}

const deadlineMs = 20_000;

/** One call over a connection of its own, with no library that could mend or hide anything. */
export async function ask(door: Door, { path, body, byteByByte = false }: Order): Promise<Reception> {
  const url = new URL(`${door.url.replace(/\/+$/, '')}${path}`);
  const bytes = Buffer.from(JSON.stringify({ model: door.model, ...body }));
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer leak',
      'content-length': bytes.length,
      ...door.headers,
    },
  });
  const received = receive(request);
  request.setNoDelay(true);
  if (byteByByte) await writeSlowly(request, bytes);
  else request.write(bytes);
  request.end();
  return received;
}

async function writeSlowly(request: ClientRequest, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length && !request.destroyed; at += 1) {
    request.write(bytes.subarray(at, at + 1));
    await nextTurn();
  }
}

function receive(request: ClientRequest): Promise<Reception> {
  const arrivals: Arrival[] = [];
  let head: IncomingMessage | undefined;
  return new Promise((resolve) => {
    const settle = (ending: Reception['ending']): void => {
      clearTimeout(timer);
      request.destroy();
      resolve({
        status: head?.statusCode ?? 0,
        isStream: head?.headers['content-type']?.includes('event-stream') ?? false,
        arrivals,
        text: Buffer.concat(arrivals.map(({ bytes }) => bytes)).toString(),
        ending,
      });
    };
    const timer = setTimeout(() => settle('silent'), deadlineMs);
    request.on('error', () => settle('cut'));
    request.on('response', (response) => {
      head = response;
      response.on('data', (bytes: Buffer) => arrivals.push({ atMs: performance.now(), bytes }));
      response.on('end', () => settle('whole'));
      response.on('error', () => settle('cut'));
      response.on('aborted', () => settle('cut'));
    });
  });
}
