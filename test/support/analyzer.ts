import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { Cleanup } from './cleanup.ts';

const asked = z.strictObject({
  text: z.union([z.string(), z.array(z.string())]),
  language: z.string(),
  entities: z.array(z.string()),
  score_threshold: z.number(),
});

export type Asked = z.output<typeof asked>;

/** How it answers instead of as it should. */
export type Manner = (response: ServerResponse) => void;

export interface Analyzer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Of each of the questions. */
  readonly heads: readonly IncomingHttpHeaders[];
  /** Connections that were opened to it. */
  connections(): number;
  /** Undefined: as it should. */
  manner: Manner | undefined;
  close(): Promise<void>;
}

interface Match {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly entity_type: string;
}

function tellOfItself({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://analyzer');
  if (pathname === '/health') response.end('up');
  else if (pathname !== '/supportedentities') response.writeHead(404).end();
  else if (searchParams.get('language') !== 'en') response.writeHead(500).end('{"error":"no recognizers"}');
  else response.end(JSON.stringify(['PERSON', 'LOCATION', 'DATE_TIME']));
}

/** A server with the HTTP interface of the Presidio analyzer, which knows some words. */
export async function startAnalyzer(t: Cleanup, words: Readonly<Record<string, string>>): Promise<Analyzer> {
  const questions: Asked[] = [];
  const heads: IncomingHttpHeaders[] = [];
  let opened = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') return tellOfItself(request, response);
    void buffer(request).then((bytes) => {
      if (request.method !== 'POST' || request.url !== '/analyze') return response.writeHead(404).end();
      const question = asked.parse(JSON.parse(bytes.toString()));
      questions.push(question);
      heads.push(request.headers);
      if (analyzer.manner !== undefined) return analyzer.manner(response);
      const { text } = question;
      // Half a character is no text to Python.
      if (!question.text.toString().isWellFormed()) return answering(500, '{"error":"utf-8"}')(response);
      const found = typeof text === 'string' ? find(text, words) : text.map((one) => find(one, words));
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(found));
    });
  });
  server.on('connection', () => (opened += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const close = (): Promise<void> => closeServer(server);
  t.after(close);
  const analyzer: Analyzer = {
    url: `http://127.0.0.1:${address.port}`,
    asked: questions,
    heads,
    connections: () => opened,
    manner: undefined,
    close,
  };
  return analyzer;
}

export function answering(status: number, body: string): Manner {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Offsets are those of Python: code points. */
function find(text: string, words: Readonly<Record<string, string>>): readonly Match[] {
  return Object.entries(words).flatMap(([word, entity]) => {
    const found: Match[] = [];
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
      const start = Array.from(text.slice(0, at)).length;
      found.push({ start, end: start + Array.from(word).length, score: 0.85, entity_type: entity });
    }
    return found;
  });
}
