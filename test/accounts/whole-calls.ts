import { chat } from '../support/raw-client.ts';
import { chatAnswer } from '../support/upstream.ts';
import {
  answeredBy,
  answers,
  type Draw,
  forbidden,
  mail,
  oddModels,
  plan,
  prompts,
  usageOf,
  whole,
} from './draw.ts';

export const wholeChat: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const answer = chatAnswer({ contents: [random.pick(answers)], usage: wire });
  const { acts, target } = answeredBy(random, whole(answer));
  const body = chat(random.pick(prompts), { model: random.pick(oddModels) });
  return plan(id, { body, acts, expected: { target, tokens } });
};

export const redacted: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const isCall = random.next() < 0.5;
  const { acts, target } = answeredBy(
    random,
    whole(chatAnswer({ contents: [isCall ? 'Yes.' : `Mail ${mail} now.`], usage: wire })),
  );
  const body = chat(isCall ? `I am ${mail}.` : 'Whom do I ask?');
  return plan(id, { body, acts, expected: { target, tokens, verdict: 'rewrite' } });
};

export const withoutUsage: Draw = (_random, id) =>
  plan(id, { acts: { a: whole({ object: 'chat.completion', choices: [] }) } });

export const withImage: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }];
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] });
  const acts = { a: whole(chatAnswer({ usage: wire })) };
  return plan(id, { body, acts, expected: { tokens, uninspected: ['image'] } });
};

export const passedRefusal: Draw = (_random, id) =>
  plan(id, {
    acts: { a: whole({ error: { message: 'bad parameter' } }, 400) },
    expected: { status: 400 },
  });

export const allBusy: Draw = (_random, id) => {
  const busy = whole({ error: { message: 'busy' } }, 503);
  return plan(id, { acts: { a: busy, b: busy }, expected: { status: 503, target: 'b' } });
};

export const allBroken: Draw = (random, id) => {
  const how = random.pick(['reset', 'cut'] as const);
  const act = { kind: 'broken', how, outcome: 'failure' } as const;
  const expected = { status: 502, verdict: 'fault', code: 'upstream_cut_off', target: 'none' };
  return plan(id, { acts: { a: act, b: act }, expected });
};

/** A whole answer that no policy can be sure of: it came, and is none. */
export const unjudgeable: Draw = (_random, id) => {
  const act = {
    kind: 'whole',
    status: 200,
    body: '{"choices":[{}],"choices":[{}]}',
    outcome: 'failure',
  } as const;
  const expected = { status: 502, verdict: 'fault', code: 'upstream_invalid' };
  return plan(id, { acts: { a: act }, expected });
};

export const silentThenFallback: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const acts = {
    a: { kind: 'broken', how: 'silence', outcome: 'failure' },
    b: whole(chatAnswer({ usage: wire })),
  } as const;
  return plan(id, { acts, expected: { target: 'b', tokens } });
};

export const completion: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const answer = {
    object: 'text_completion',
    choices: [{ index: 0, text: random.pick(answers) }],
    usage: wire,
  };
  const { acts, target } = answeredBy(random, whole(answer));
  const body = JSON.stringify({ model: 'm', prompt: random.pick(prompts) });
  return plan(id, {
    path: '/v1/completions',
    body,
    acts,
    expected: { endpoint: 'completions', target, tokens },
  });
};

export const embedding: Draw = (random, id) => {
  const input = random.between(1, 400);
  const usage = { prompt_tokens: input, total_tokens: input };
  const answer = {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.5, -0.25] }],
    usage,
  };
  const { acts, target } = answeredBy(random, whole(answer));
  const tokens = { input, output: 0, estimated: false };
  const body = JSON.stringify({ model: 'm', input: prompts });
  return plan(id, { path: '/embeddings', body, acts, expected: { endpoint: 'embeddings', target, tokens } });
};

export const response: Draw = (random, id) => {
  const { tokens } = usageOf(random);
  const usage = { input_tokens: tokens.input, output_tokens: tokens.output };
  const content = [{ type: 'output_text', text: random.pick(answers), annotations: [] }];
  const output = [{ type: 'message', role: 'assistant', content }];
  const { acts, target } = answeredBy(random, whole({ object: 'response', output, usage }));
  const body = JSON.stringify({ model: 'm', input: random.pick(prompts) });
  return plan(id, { path: '/v1/responses', body, acts, expected: { endpoint: 'responses', target, tokens } });
};

export const wholeDenied: Draw = (random, id) => {
  const { tokens, wire } = usageOf(random);
  const { acts, target } = answeredBy(random, whole(chatAnswer({ contents: [forbidden], usage: wire })));
  return plan(id, {
    acts,
    expected: { status: 409, verdict: 'deny', code: 'output_blocked', target, tokens },
  });
};
