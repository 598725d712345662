import assert from 'node:assert/strict';
import test from 'node:test';
import { readWhole } from '../../src/dialect/whole-answer.ts';

const limits = { depth: 20, nodes: 10_000 };
const read = (body: string, key = 'choices') => readWhole(Buffer.from(body), key, limits);

const answers: readonly (readonly [key: string, body: string])[] = [
  ['choices', '{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"}}]}'],
  ['choices', '\n { "id" : "]}" , "error" : null, "choices" : [ {"message":{"content":""}} ] } \r\n'],
  ['choices', '{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"arguments":"{\\"a\\":[1]}"}}]}}]}'],
  ['choices', '{"choices":[{"message":{"content":"\\\\"}}]}'],
  ['choices', '{"choices":[{"message":{"content":"a \\"} ] quote"}}],"error":{}}'],
  ['choices', '{"choices":[],"usage":{"prompt_tokens":3}}'],
  ['choices', '{"choices":[],"error":null}'],
  ['choices', '\ufeff{"choices":[{"text":"x"}]}'],
  ['choices', '{"ch\\u006fices":[{"text":"x"}]}'],
  ['choices', '{"choices":[{"error":{"code":502},"finish_reason":"error","message":{"content":"part"}}]}'],
  ['choices', '{"choices":[{"message":{"content":"{\\"error\\":{}}"}}],"error":{"message":"too late"}}'],
  ['data', '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-2e-9]}]}'],
  ['data', '{"data":[{"embedding":"AAAA=="}],"model":"m"}'],
  ['data', '{"data":[[1,2],[3,[4,"]"],{"x":[5]}]],"more":[6,"[",7]}'],
  ['data', '{"more":[1,[2],"}"],"data":[1,{}]}'],
  ['output', '{"object":"response","status":"completed","error":null,"output":[{"type":"message"}]}'],
  ['output', '{"object":"response","status":"incomplete","incomplete_details":{"reason":"x"},"output":[]}'],
  ['output', '{"object":"response","status":"failed","error":{"code":"x"},"output":[{"type":"message"}]}'],
]; // prettier-ignore

for (const [key, body] of answers) {
  test(`this is an answer: ${body}`, () => {
    assert.equal(read(body, key), 'answer');
  });
}

const nothing: readonly string[] = [
  '',
  ' \r\n\t ',
  'null',
  '[]',
  '{}',
  '"choices"',
  'true',
  '[{"choices":[{}]}]',
  '[{"choices":[{}]},{"error":{"code":400}}]',
  '<!doctype html><html><body>{"choices":[{}]}</body></html>',
  'plain words',
  '{"choices":null}',
  '{"choices":{}}',
  '{"choices":"x"}',
  '{"inner":{"choices":[{}]}}',
  '{"id":"x","object":"chat.completion"}',
  '{"choices":[{}]}{"choices":[{}]}',
  '{"choices":[{}]}\n{"choices":[{}]}\n',
  '{"choices":[{}]} x',
  'x {"choices":[{}]}',
  '"x"{"choices":[{}]}',
  '{"data":[{"embedding":[1]}]}',
  'data: {"choices":[{}]}\n\n',
  '{"choices":[{"message":{"content":"x"}',
  '{"model":"choices","x":[1]}',
  '{"choices":[{"x":[1,2}',
  '{"choices":[1,[2]}',
];

for (const body of nothing) {
  test(`this is nothing that a client could read: ${JSON.stringify(body)}`, () => {
    assert.equal(read(body), undefined);
  });
}

const errors: readonly (readonly [body: string, status: number])[] = [
  ['{"error":{"code":502}}', 502],
  ['{"error":{"message":"m","code":400},"choices":[]}', 400],
  ['{"error":{"message":"m","code":"429"},"choices":null}', 429],
  ['{"id":"x","error":"out of memory"}', 502],
  ['\n[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]', 400],
  ['{"detail":"Not authenticated"}', 502],
  ['{"message":"no Route matched with those values"}', 502],
];

for (const [body, status] of errors) {
  test(`this is an error that came with the wrong status: ${body}`, () => {
    const error = read(body);

    assert.ok(error !== undefined && error !== 'answer');
    assert.equal(error.status, status);
  });
}

test('an answer that is cut anywhere is none', () => {
  for (const [key, body] of [...answers.slice(0, 5), ...answers.filter(([list]) => list === 'data')]) {
    const whole = body.trimEnd();
    for (let at = 0; at < whole.length; at += 1) assert.equal(read(whole.slice(0, at), key), undefined);
  }
});
