import type { Decision } from '../../src/record/decision.ts';
import type { FinishedExchange } from '../../src/record/finished-exchange.ts';

const ordinary: FinishedExchange = {
  requestId: 'req-1',
  trace: undefined,
  startedAt: Date.UTC(2026, 10, 21, 7, 0, 0, 5),
  endpoint: 'chat_completions',
  generation: 3,
  configHash: 'c'.repeat(64),
  requestedModel: 'gpt-4o',
  target: 'primary',
  provider: 'together',
  model: 'meta-llama/Llama-3.3-70B',
  stream: false,
  status: 200,
  verdict: 'allow',
  code: undefined,
  durationMs: 312.3456,
  firstByteMs: 300.5,
  overheadMs: 0.21,
  holdBackMs: 0,
  attempts: [{ target: 'primary', outcome: 'success', result: 200, durationMs: 300 }],
  evaluations: [
    { policy: 'prompt-injection', result: 'allow', durationMs: 0.01 },
    { policy: 'pii-detector', result: 'allow', durationMs: 0.02 },
    { policy: 'pii-detector', result: 'allow', durationMs: 0.03 },
  ],
  decisions: [],
  usage: { inputTokens: 120, outputTokens: 45, estimated: false },
  costNanoUsd: undefined,
  requestBytes: 400,
  replyBytes: 900,
  uninspected: [],
  aborted: undefined,
};

/** An ordinary exchange, but for what a test is about. */
export function finished(about: Partial<FinishedExchange> = {}): FinishedExchange {
  return { ...ordinary, ...about };
}

/** A redacted address, but for what a test is about. */
export function decision(about: Partial<Decision> = {}): Decision {
  return {
    policy: 'pii-detector',
    rule: 'EMAIL',
    result: 'rewrite',
    direction: 'request',
    path: 'messages[0].content',
    start: 0,
    end: 15,
    digest: 'aa',
    ...about,
  };
}
