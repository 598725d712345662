import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { writeCall } from '../../src/dialect/call.ts';
import { callOf } from '../support/calls.ts';
import { markedCalls } from '../support/marked-calls.ts';

function marks(text: string, mark: 'SEEN' | 'EXEMPT'): readonly string[] {
  return (text.match(new RegExp(`${mark}\\d+\\.`, 'g')) ?? []).toSorted();
}

test('no string that a model may be shown is missed, and none that is exempt is judged', () => {
  fc.assert(
    fc.property(markedCalls, (body) => {
      const call = callOf('responses', body);

      const judged = call.texts.sites.map(({ text }) => text).join(' ');
      assert.deepEqual(marks(judged, 'SEEN'), marks(call.text, 'SEEN'));
      assert.deepEqual(marks(judged, 'EXEMPT'), []);
    }),
    { numRuns: 2_000 },
  );
});

test('a rewrite of every text reaches every place and touches nothing that is exempt', () => {
  fc.assert(
    fc.property(markedCalls, (body) => {
      const call = callOf('responses', body);
      const texts = call.texts.sites.map(({ text }) => text.replaceAll('SEEN', 'DONE'));

      const changed = writeCall(call, { texts, model: call.model ?? '', asksUsage: false }).toString();

      const expected = call.text.replaceAll('SEEN', 'DONE');
      assert.equal(call.model === undefined ? changed.replace(/"model":"",?/, '') : changed, expected);
    }),
    { numRuns: 2_000 },
  );
});
