import assert from 'node:assert/strict';
import test from 'node:test';
import { isWell, readStatus, type StatusView, syncOf } from '../../src/record/status-document.ts';
import { statusOf, wellParts } from '../support/status-documents.ts';

function view(document: unknown): StatusView {
  return readStatus(document) ?? assert.fail('no status');
}

const { config, health, output } = wellParts;

const cases = [
  ['as it should be', statusOf('SYNCED'), 'SYNCED', true],
  ['refused', statusOf('REJECTED'), 'REJECTED', false],
  ['wanted and not applied', statusOf('STALE'), 'STALE', false],
  [
    'the same file with another secret',
    statusOf('SYNCED', { config: { ...config, lastReloadSuccessful: false } }),
    'STALE',
    false,
  ],
  [
    'an unreadable file',
    statusOf('SYNCED', { config: { ...config, desiredHash: undefined, lastReloadSuccessful: false } }),
    'STALE',
    false,
  ],
  ['draining', statusOf('SYNCED', { health: { ...health, phase: 'draining' } }), 'SYNCED', false],
  ['polled only', statusOf('SYNCED', { config: { ...config, isWatchDegraded: true } }), 'SYNCED', false],
  ['unheard', statusOf('SYNCED', { output: { ...output, failure: new Error('EPIPE') } }), 'SYNCED', false],
] as const;

for (const [what, document, sync, well] of cases) {
  test(`${what} is ${sync}, ${well ? 'and' : 'but not'} well`, () => {
    assert.deepEqual([syncOf(view(document)), isWell(view(document))], [sync, well]);
  });
}

test('what a later gateway adds is no obstacle, what an earlier one lacks is', () => {
  const { version, ...without } = statusOf('SYNCED');

  assert.equal(typeof version, 'string');
  assert.ok(readStatus({ ...statusOf('SYNCED'), more: 1 }) !== undefined);
  assert.equal(readStatus(without), undefined);
});
