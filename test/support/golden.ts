import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Holds a text against a file; with WRITE_GOLDEN=1 in the environment it writes the file instead. */
export function assertGolden(path: string, actual: string): void {
  if (process.env['WRITE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  assert.equal(actual, readFileSync(path, 'utf8'), `${path}; WRITE_GOLDEN=1 writes it`);
}
