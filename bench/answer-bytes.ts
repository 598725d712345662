// What the upstream says, prepared once: the upstream must cost as little as it can, and say the same to everybody.

const prose =
  'A gateway stands between an application and the models it asks and keeps watch over what passes in both directions while it adds as little delay as possible';
const words = prose.split(' ');

const identity = '"id":"chatcmpl-bench","created":1767225600,"model":"bench-model"';
const usage = '"usage":{"prompt_tokens":48,"completion_tokens":200,"total_tokens":248}';

const whole = `{${identity},"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":${JSON.stringify(prose)}},"logprobs":null,"finish_reason":"stop"}],${usage},"service_tier":"default"}`;

/** One answer that is not streamed, about 0.4 KB of JSON. */
export const wholeReply: Buffer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: bench\r\ncontent-length: ${Buffer.byteLength(whole)}\r\n\r\n${whole}`,
);

const streamHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\nx-request-id: bench\r\ntransfer-encoding: chunked\r\n\r\n';

/** Marks the prompts that ask for another stream than the usual one. */
export const markers = { paced: '#paced', slow: '#slow' } as const;

/** Events that bear text in the usual stream; the last word, the usage and `[DONE]` come on top. */
export const usualEvents = 200;
export const closingEvents = 3;

/** One stream as the writes it is made of; each but the last ends a chunk of the chunked coding. */
export function streamWrites(events: number, writes: number): readonly Buffer[] {
  const perWrite = Math.ceil(events / writes);
  return Array.from({ length: writes }, (_, write) => {
    const first = write * perWrite;
    const count = Math.min(perWrite, events - first);
    const texts = Array.from({ length: count }, (_nothing, at) => delta(first + at));
    const isLast = write === writes - 1;
    const payload = texts.join('') + (isLast ? closing() : '');
    const chunk = `${Buffer.byteLength(payload).toString(16)}\r\n${payload}\r\n${isLast ? '0\r\n\r\n' : ''}`;
    return Buffer.from(write === 0 ? streamHead + chunk : chunk);
  });
}

function delta(at: number): string {
  const content = JSON.stringify(`${words[at % words.length] ?? ''} `);
  const role = at === 0 ? '"role":"assistant",' : '';
  return event(
    `{${identity},"object":"chat.completion.chunk","choices":[{"index":0,"delta":{${role}"content":${content}},"finish_reason":null}]}`,
  );
}

function closing(): string {
  const chunk = `{${identity},"object":"chat.completion.chunk"`;
  const last = event(`${chunk},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`);
  return last + event(`${chunk},"choices":[],${usage}}`) + event('[DONE]');
}

function event(data: string): string {
  return `data: ${data}\n\n`;
}
