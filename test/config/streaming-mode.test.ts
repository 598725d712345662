import assert from 'node:assert/strict';
import test from 'node:test';
import { configOf, document } from '../support/config-load.ts';

test('the streaming mode is the first of what a policy can do, unless it is written', () => {
  const cases = [
    ['whole-answer', '{}', 'buffered'],
    ['as-it-comes', '{}', 'realtime'],
    ['pii-detector', '{}', 'realtime'],
    ['pii-detector', '{streaming_mode: buffered}', 'buffered'],
    ['pii-detector', '{streaming_mode: realtime}', 'realtime'],
    ['whole-answer', '{streaming_mode: realtime, applies_to: {directions: [request]}}', 'realtime'],
  ] as const;
  for (const [kind, block, expected] of cases) {
    const written = document()
      .replace('[audit-logger]', `[${kind}]`)
      .replace('audit-logger: {}', `${kind}: ${block}`);

    assert.equal(configOf(written).chain[0]?.common.streamingMode, expected, `${kind} ${block}`);
  }
});
