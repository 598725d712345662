import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeCall } from '../../src/dialect/call.ts';
import { GatewayError } from '../../src/errors.ts';
import { callOf, type Family } from '../support/calls.ts';

/** The body as it leaves with a system message, and with every text rewritten where `rewrite` is given. */
function written(family: Family, body: string, text: string, rewrite?: (text: string) => string): string {
  const call = callOf(family, body);
  const place = call.dialect.systemPlace?.(call.root);
  const system = place === undefined ? undefined : { text, place };
  const texts = rewrite === undefined ? undefined : call.texts.sites.map((site) => rewrite(site.text));
  return writeCall(call, { texts, system, model: 'm', asksUsage: false }).toString();
}

const be = 'Be "brief".';
const cases: readonly (readonly [family: Family, body: string, left: string])[] = [
  [
    'chat/completions',
    '{"model":"m", "messages" : [ {"role":"system","content":"a"} ] }',
    '{"model":"m", "messages" : [{"role":"system","content":"Be \\"brief\\"."}, {"role":"system","content":"a"} ] }',
  ],
  [
    'chat/completions',
    '{"model":"m","messages":[ ]}',
    '{"model":"m","messages":[{"role":"system","content":"Be \\"brief\\"."} ]}',
  ],
  ['responses', '{"model":"m","input":"hi"}', '{"instructions":"Be \\"brief\\".","model":"m","input":"hi"}'],
  ['responses', '{"model":"m","instructions": null }', '{"model":"m","instructions": "Be \\"brief\\"." }'],
  [
    'responses',
    '{"model":"m","instructions":"caf\\u00e9"}',
    '{"model":"m","instructions":"Be \\"brief\\".\\n\\ncaf\\u00e9"}',
  ],
  ['responses', '{"model":"m","instructions":""}', '{"model":"m","instructions":"Be \\"brief\\"."}'],
  ['completions', '{"model":"m"}', '{"prompt":"Be \\"brief\\".","model":"m"}'],
  ['completions', '{"model":"m","prompt":"x"}', '{"model":"m","prompt":"Be \\"brief\\".\\n\\nx"}'],
  [
    'completions',
    '{"model":"m","prompt":["x", ""],"suffix":"s"}',
    '{"model":"m","prompt":["Be \\"brief\\".\\n\\nx", "Be \\"brief\\"."],"suffix":"s"}',
  ],
  ['embeddings', '{"model":"m","input":"hi"}', '{"model":"m","input":"hi"}'],
];

for (const [family, body, left] of cases) {
  test(`${family}: a system message is put into ${body}`, () => {
    assert.equal(written(family, body, be), left);
  });
}

test('a text that is rewritten has the message before what is left of it', () => {
  const gone = written('completions', '{"model":"m","prompt":["x","y"]}', 'S', (text) =>
    text.replace('x', ''),
  );
  const more = written(
    'responses',
    '{"model":"m","input":"i","instructions":"x"}',
    'S',
    (text) => `${text}!`,
  );

  assert.equal(gone, '{"model":"m","prompt":["S","S\\n\\ny"]}');
  assert.equal(more, '{"model":"m","input":"i!","instructions":"S\\n\\nx!"}');
});

const refusals: readonly (readonly [family: Family, body: string, message: RegExp])[] = [
  ['chat/completions', '{"model":"m"}', /messages: expected a list/u],
  ['chat/completions', '{"model":"m","messages":{}}', /messages: expected a list/u],
  ['responses', '{"model":"m","instructions":[]}', /instructions: expected text/u],
  ['completions', '{"model":"m","prompt":[]}', /prompt: expected text/u],
  ['completions', '{"model":"m","prompt":[1,2]}', /prompt: tokens cannot take/u],
  ['completions', '{"model":"m","prompt":["a",[1]]}', /prompt: tokens cannot take/u],
];

for (const [family, body, message] of refusals) {
  test(`${family}: ${body} has no place for a system message`, () => {
    assert.throws(
      () => written(family, body, be),
      (error) => error instanceof GatewayError && error.fault.status === 400 && message.test(error.message),
    );
  });
}
