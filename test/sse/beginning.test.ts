import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Beginning } from '../../src/sse/beginning.ts';
import { bytewise } from '../support/streams.ts';

type Form = 'stream' | 'document' | 'unknown';

function formOf(pieces: readonly Buffer[], isNamed: boolean, isAsked: boolean): Form {
  const beginning = new Beginning({ isNamed, isAsked });
  for (const piece of pieces) {
    const isStream = beginning.push(piece);
    if (isStream !== undefined) return isStream ? 'stream' : 'document';
  }
  return 'unknown';
}

/** What begins so; what it is by itself, what where the call asked for a stream, what where the head says that it is one. */
const cases: readonly (readonly [text: string, itself: Form, asked: Form, named: Form])[] = [
  ['data: {"a":1}\n\n', 'stream', 'stream', 'stream'],
  ['data:{"a":1}', 'stream', 'stream', 'stream'],
  ['event: x\ndata: 1', 'stream', 'stream', 'stream'],
  ['id: 1\n', 'stream', 'stream', 'stream'],
  ['retry: 1\n', 'stream', 'stream', 'stream'],
  [': ping\n\n', 'stream', 'stream', 'stream'],
  ['\ufeffdata: 1', 'stream', 'stream', 'stream'],
  ['\r\n\r\n\n\n \t data: 1', 'stream', 'stream', 'stream'],
  ['\ufeff\n\ufeff: 1', 'stream', 'stream', 'stream'],
  [`${' '.repeat(31)}\ufeff${' '.repeat(100)}data: 1`, 'stream', 'stream', 'stream'],
  ['{"a":1}', 'document', 'document', 'document'],
  ['\ufeff {"a":1}', 'document', 'document', 'document'],
  ['[{"a":1}]', 'document', 'document', 'document'],
  ['<html>', 'document', 'document', 'stream'],
  ['hello', 'document', 'stream', 'stream'],
  ['Data: 1', 'document', 'stream', 'stream'],
  ['database', 'document', 'stream', 'stream'],
  ['\x1e{"a":1}', 'document', 'stream', 'stream'],
  ['--boundary\r\n', 'document', 'stream', 'stream'],
  ['\x1f\x8b', 'document', 'stream', 'stream'],
  ['dat', 'unknown', 'stream', 'stream'],
  ['', 'unknown', 'unknown', 'unknown'],
  [' \r\n\t', 'unknown', 'unknown', 'unknown'],
  ['\ufeff', 'unknown', 'unknown', 'unknown'],
];

test('whether an answer is a stream is told by its first bytes, however they are cut', () => {
  for (const [text, itself, asked, named] of cases) {
    for (const pieces of [[Buffer.from(text)], bytewise(text)]) {
      assert.equal(formOf(pieces, false, false), itself, text);
      assert.equal(formOf(pieces, false, true), asked, text);
      assert.equal(formOf(pieces, true, true), named, text);
    }
  }
});
