import assert from 'node:assert/strict';
import test from 'node:test';
import { document, issuesOf } from '../support/config-load.ts';

const notYet: readonly [what: string, text: string, path: string][] = [
  ['a key of the document', document('', 'spend: {}\n'), 'spend'],
  ['a key of a target', document('      retry: {}\n'), 'providers.targets[0].retry'],
  ['a value of a target', document('      format: anthropic\n'), 'providers.targets[0].format'],
  ['a value of a setting', document('', '  strategy: weighted\n'), 'providers.strategy'],
];
for (const [what, text, path] of notYet) {
  test(`${what} that is not supported yet is told from one that is wrong`, () => {
    const issues = issuesOf(text);

    assert.deepEqual(
      issues.map((issue) => [issue.code, issue.path]),
      [['E010', path]],
    );
  });
}
