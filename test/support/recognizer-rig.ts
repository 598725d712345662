import type { TestContext } from 'node:test';
import { z } from 'zod';
import { startAnalyzer } from './analyzer.ts';
import { type ConfigLines, startTestGateway } from './gateway.ts';
import { chunkedReply, jsonReply } from './reply-bytes.ts';
import { chatAnswer, chatChunk, sse, startUpstream } from './upstream.ts';

const words = { Ann: 'PERSON', Łódź: 'LOCATION', '😀bert': 'PERSON' };

const bodyShape = z.object({
  messages: z.array(z.object({ content: z.string() })),
  stream: z.boolean().optional(),
});

export interface Given {
  readonly pii?: Readonly<Record<string, unknown>>;
  readonly recognizer?: Readonly<Record<string, unknown>>;
  readonly config?: Partial<ConfigLines>;
  readonly env?: Readonly<Record<string, string>>;
  /** What the model says; without it, what it was told. */
  readonly says?: string;
}

/** A gateway before a model that streams one character an event, and a recogniser. */
export async function startRecognizing(
  t: TestContext,
  { pii, recognizer, config, says, env = {} }: Given = {},
) {
  const told: string[] = [];
  const upstream = await startUpstream(t, async ({ body }, connection) => {
    const { messages, stream } = bodyShape.parse(JSON.parse(body.toString()));
    const said = messages.at(-1)?.content ?? '';
    told.push(said);
    const content = says ?? said;
    if (stream !== true) return connection.send(jsonReply(chatAnswer({ contents: [content] })));
    const pieces = Array.from(content, (piece) => sse(chatChunk({ content: piece })));
    await connection.send(chunkedReply([...pieces, sse(chatChunk({ finishReason: 'stop' }), '[DONE]')]));
  });
  const analyzer = await startAnalyzer(t, words);
  const lines: ConfigLines = {
    targets: [{ url: upstream.url }],
    chain: ['pii-detector'],
    policy: { 'pii-detector': { recognizer: { endpoint: analyzer.url, ...recognizer }, ...pii } },
    ...config,
  };
  const gateway = await startTestGateway(t, lines, { env });
  return { upstream, analyzer, gateway, client: await gateway.client(), told };
}

export const answerOnly = { applies_to: { directions: ['answer'] } } as const;
