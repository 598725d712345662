import assert from 'node:assert/strict';
import test from 'node:test';
import { duration, printableCell, table } from '../../src/cli/table.ts';

test('columns are as wide as their widest cell, and lines have no blanks at their end', () => {
  const rows = [['A', 'LONG', 'C'], ['wide', 'x', ''], ['y']];

  assert.equal(table(rows), 'A      LONG   C\nwide   x\ny\n');
});

for (const [seconds, text] of [
  [-5, '0 s'],
  [0, '0 s'],
  [119.9, '119 s'],
  [120, '2 min'],
  [7199, '119 min'],
  [7200, '2 h'],
  [172_799, '47 h'],
  [172_800, '2 d'],
] as const) {
  test(`${seconds} s is said as ${text}`, () => {
    assert.equal(duration(seconds), text);
  });
}

test('nothing that controls a terminal is printable', () => {
  assert.equal(
    printableCell('a\u001B[2J\r\nb\u009Bc\u202Ed é 漢'),
    'a\uFFFD[2J\uFFFD\uFFFDb\uFFFDc\uFFFDd é 漢',
  );
});
