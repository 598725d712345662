import assert from 'node:assert/strict';
import test from 'node:test';
import { formatIssueLine, type Issue, issueCodes } from '../../src/config/issue.ts';
import { loadWith } from '../support/config-load.ts';
import { type IssueCase, issueCases } from '../support/issue-cases.ts';

const file = 'policy-config.yaml';

function matching(issues: readonly Issue[], { code, line }: IssueCase): readonly Issue[] {
  return issues.filter((issue) => issue.code === code && formatIssueLine(issue, file).includes(line));
}

for (const each of issueCases) {
  test(`${each.code} is said once and in the right place: ${each.line.slice(0, 90)}`, () => {
    const result = loadWith(each.content, each.given);

    const found = matching(result.issues, each);
    assert.equal(
      found.length,
      1,
      result.issues.map((issue) => `${issue.code} ${formatIssueLine(issue, file)}`).join('\n'),
    );
    assert.equal(found[0]?.severity, issueCodes[each.code].severity);
    assert.equal(result.ok, !result.issues.some(({ severity }) => severity === 'error'));
  });
}

test('every code in the table has a case here', () => {
  const covered: ReadonlySet<string> = new Set(issueCases.map(({ code }) => code));

  assert.deepEqual(
    Object.keys(issueCodes).filter((code) => !covered.has(code)),
    [],
  );
});
