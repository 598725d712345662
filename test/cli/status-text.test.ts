import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusText } from '../../src/cli/status-text.ts';
import { readStatus } from '../../src/record/status-document.ts';
import { statusOf } from '../support/status-documents.ts';

const now = Date.UTC(2026, 10, 21, 7, 0, 0);

const advisers = [
  {
    url: 'http://a:3000/analyze',
    state: 'closed',
    inFlight: 2,
    successes: 9,
    failures: 0,
    lastFailureAt: undefined,
  },
  {
    url: 'http://b:3000/analyze',
    state: 'open',
    inFlight: 0,
    successes: 3,
    failures: 5,
    lastFailureAt: now - 4000,
  },
] as const;

function shown(document: unknown): string {
  const status = readStatus(document);
  assert.ok(status !== undefined);
  return statusText('http://127.0.0.1:41003', status, { now, hasColours: false });
}

test('whom policies ask is shown with how it does', () => {
  const text = shown(statusOf('SYNCED', { advisers }));

  assert.match(text, /^ADVISER +STATE +IN FLIGHT +OK +FAILED +LAST FAILURE$/m);
  assert.match(text, /^http:\/\/a:3000\/analyze +asked +2 +9 +0 +never$/m);
  assert.match(text, /^http:\/\/b:3000\/analyze +LEFT ALONE +0 +3 +5 +4 s ago$/m);
});

test('where nobody is asked, and of a gateway that does not say, there is no such table', () => {
  const { advisers: _, ...older } = statusOf('SYNCED');

  assert.doesNotMatch(shown(statusOf('SYNCED')), /ADVISER/);
  assert.doesNotMatch(shown(older), /ADVISER/);
});
