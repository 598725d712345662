import { markers } from './answer-bytes.ts';
import type { Door, LoadOrder } from './load-order.ts';

const system = 'You are a helpful assistant. Answer in one or two short sentences.';
const user =
  'Explain what a gateway does for an application that talks to a language model, and why one would want to run it right beside that application.';

const usualDoor: Door = { path: '/v1/chat/completions', model: 'bench-model', headers: {} };

/** One whole request, ready for the socket. */
export function requestBytes({
  shape,
  port,
  door = usualDoor,
}: Pick<LoadOrder, 'shape' | 'port' | 'door'>): Buffer {
  const marker = shape === 'paced' || shape === 'slow' ? ` ${markers[shape]}` : '';
  const body = JSON.stringify({
    model: door.model,
    stream: shape !== 'whole',
    temperature: 0.2,
    max_tokens: 256,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user + marker },
    ],
  });
  const head = [
    `POST ${door.path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'authorization: Bearer bench',
    ...Object.entries(door.headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
