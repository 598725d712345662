import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const exported =
  /^export (?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) +(?<name>[\w$]+)/gm;

/** Every exported name, and the files that export it. */
function owners(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync('src/**/*.ts', { cwd: root }).toSorted()) {
    const names = readFileSync(new URL(file, root), 'utf8').matchAll(exported);
    // A function with overloads is declared several times by its one owner.
    for (const name of new Set(Array.from(names, ({ groups }) => groups?.['name'] ?? ''))) {
      found.set(name, [...(found.get(name) ?? []), file]);
    }
  }
  return found;
}

test('an exported name has one owner', () => {
  const found = owners();

  assert.ok(found.size > 500, 'the names are found');
  assert.deepEqual(
    [...found].filter(([, files]) => files.length > 1),
    [],
  );
});
