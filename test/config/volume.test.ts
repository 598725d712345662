import assert from 'node:assert/strict';
import { test } from 'node:test';
import { volumeRoot } from '../../src/config/source-note.ts';

const roots: readonly [string, string | undefined][] = [
  ['/etc/kt/..2026_01_31_12_00_00.123/config', '/etc/kt'],
  ['/etc/kt/..2026_01_31_12_00_00.123/team/config', '/etc/kt'],
  ['/..2026_01_31_12_00_00.123/config', '/'],
  ['/etc/kt/config', undefined],
  ['/etc/..kt/config', undefined],
];
for (const [real, root] of roots) {
  test(`the volume root of ${real} is ${root}`, () => assert.equal(volumeRoot(real), root));
}
