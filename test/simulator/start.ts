import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import OpenAI from 'openai';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';

export async function start(t: TestContext, options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({ host: '127.0.0.1', port: 0, quiet: true, ...options });
  t.after(() => simulator.close());
  return simulator;
}

/** The official client, which gives up at the first error. */
export function sdk({ url }: Simulator): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'test', maxRetries: 0 });
}

export interface ChatOptions {
  readonly stream?: boolean;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A chat call as its body. */
export function chatBody(prompt: string, { stream = false, more }: ChatOptions = {}): string {
  return JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: prompt }], ...more });
}

export async function post(
  { url }: Simulator,
  body: string,
  path = '/v1/chat/completions',
): Promise<Response> {
  return fetch(url + path, { method: 'POST', body });
}

/** What a socket received up to its end: each read by itself, and how it ended. */
export interface Received {
  readonly reads: readonly Buffer[];
  readonly text: string;
  readonly error: string | undefined;
}

/** Sends a chat call over a plain socket, so that a test sees bytes and not what a client makes of them. */
export function rawChat(t: TestContext, { port }: Simulator, body: string): Socket {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  const length = Buffer.byteLength(body);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${body}`,
  );
  return socket;
}

/** Reads until the other side closes. */
export async function receive(socket: Socket): Promise<Received> {
  const reads: Buffer[] = [];
  let error: string | undefined;
  await new Promise<void>((resolve) => {
    socket.on('data', (part: Buffer) => reads.push(part));
    socket.on('error', (cause: NodeJS.ErrnoException) => (error = cause.code));
    socket.on('close', () => resolve());
  });
  return { reads, text: Buffer.concat(reads).toString(), error };
}

/** The payloads of an event stream. */
export function payloads(text: string): readonly string[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, payload = '']) => payload);
}

/** The text that a streamed chat answer adds up to. */
export function streamedText(text: string): string {
  const parts = [...text.matchAll(/"delta":\{"content":("(?:[^"\\]|\\.)*")\}/g)];
  return parts.map(([, json = '""']) => String(JSON.parse(json))).join('');
}

/** A streamed call for twenty words of two characters. */
export function words(directives: string): string {
  return chatBody(`#sim say="a " events=20 ${directives}`, { stream: true });
}
