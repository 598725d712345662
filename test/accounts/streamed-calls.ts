import { chat } from '../support/raw-client.ts';
import { chatChunk, sse } from '../support/upstream.ts';
import { answeredBy, answers, type Draw, forbidden, gone, plan, prompts, usageOf } from './draw.ts';
import type { Random } from './random.ts';

function pieces(random: Random): readonly string[] {
  return Array.from({ length: random.between(1, 12) }, () => random.pick(answers));
}

function events(contents: readonly string[]): readonly string[] {
  return [
    sse(chatChunk({ role: 'assistant', content: '' })),
    ...contents.map((content) => sse(chatChunk({ content }))),
  ];
}

function streamBody(random: Random): string {
  const asks = random.next() < 0.3 ? { stream_options: { include_usage: true } } : {};
  return chat(random.pick(prompts), { stream: true, ...asks });
}

/** What the gateway reckons where the provider said nothing: four characters a token, and a token a piece. */
function estimated(body: string, outputPieces: number) {
  return { input: Math.ceil(body.length / 4), output: outputPieces, estimated: true };
}

export const stream: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const body = streamBody(random);
  const end = [sse(chatChunk({ finishReason: 'stop' })), sse(chatChunk({ usage: wire })), sse('[DONE]')];
  const act = {
    kind: 'stream',
    events: [...events(pieces(random)), ...end],
    ending: 'end',
    outcome: 'success',
  } as const;
  const { acts, target } = answeredBy(random, act);
  return plan(id, { body, acts, expected: { stream: true, target, tokens } });
};

export const streamRedacted: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const body = streamBody(random);
  const end = [sse(chatChunk({ finishReason: 'stop' })), sse(chatChunk({ usage: wire })), sse('[DONE]')];
  const all = [...events([...pieces(random), ' Mail ann@exam', 'ple.com now. ']), ...end];
  const acts = { a: { kind: 'stream', events: all, ending: 'end', outcome: 'success' } } as const;
  return plan(id, { body, acts, expected: { stream: true, tokens, verdict: 'rewrite' } });
};

export const streamWithoutUsage: Draw = (random, id) => {
  const body = streamBody(random);
  const contents = pieces(random);
  const end = [sse(chatChunk({ finishReason: 'stop' })), sse('[DONE]')];
  const act = {
    kind: 'stream',
    events: [...events(contents), ...end],
    ending: 'end',
    outcome: 'success',
  } as const;
  const { acts, target } = answeredBy(random, act);
  return plan(id, {
    body,
    acts,
    expected: { stream: true, target, tokens: estimated(body, contents.length) },
  });
};

export function brokenStream(ending: 'cut' | 'silence', code: string, aborted: string): Draw {
  return (random, id) => {
    const body = streamBody(random);
    const contents = pieces(random);
    const acts = { a: { kind: 'stream', events: events(contents), ending, outcome: 'failure' } } as const;
    const tokens = estimated(body, contents.length);
    return plan(id, { body, acts, expected: { stream: true, verdict: 'fault', code, aborted, tokens } });
  };
}

export const streamErrorEvent: Draw = (random, id) => {
  const body = streamBody(random);
  const contents = pieces(random);
  const all = [...events(contents), sse({ error: { message: 'out of memory', type: 'server_error' } })];
  const acts = { a: { kind: 'stream', events: all, ending: 'end', outcome: 'failure' } } as const;
  const tokens = estimated(body, contents.length);
  const code = 'upstream_error_event';
  return plan(id, {
    body,
    acts,
    expected: { stream: true, verdict: 'fault', code, aborted: 'upstream', tokens },
  });
};

export const streamDenied: Draw = (random, id) => {
  const body = streamBody(random);
  const before = pieces(random);
  const all = events([...before, forbidden, ...pieces(random)]);
  const acts = { a: { kind: 'stream', events: all, ending: 'silence', outcome: 'void' } } as const;
  const tokens = estimated(body, before.length + 1);
  const expected = { stream: true, verdict: 'deny', code: 'output_blocked', aborted: 'policy', tokens };
  return plan(id, { body, acts, expected });
};

export const leavesStream: Draw = (random, id) => {
  const body = streamBody(random);
  const contents = pieces(random);
  const acts = {
    a: { kind: 'stream', events: events(contents), ending: 'silence', outcome: 'void' },
  } as const;
  const tokens = estimated(body, contents.length);
  return plan(id, { body, acts, leaving: 'within the stream', expected: { ...gone, stream: true, tokens } });
};
