import { markers } from './answer-bytes.ts';
import type { LoadOrder } from './load-order.ts';

const system = 'You are a helpful assistant. Answer in one or two short sentences.';
const user =
  'Explain what a gateway does for an application that talks to a language model, and why one would want to run it right beside that application.';

/** One whole request, ready for the socket. */
export function requestBytes(shape: LoadOrder['shape'], port: number): Buffer {
  const marker = shape === 'paced' || shape === 'slow' ? ` ${markers[shape]}` : '';
  const body = JSON.stringify({
    model: 'bench-model',
    stream: shape !== 'whole',
    temperature: 0.2,
    max_tokens: 256,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user + marker },
    ],
  });
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'authorization: Bearer bench',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
