import { basename } from 'node:path';

type Severity = 'error' | 'warning';

/** Every code a configuration can earn. Codes are stable: one is never reused for another meaning. */
export const issueCodes = {
  E001: { severity: 'error', summary: 'a policy kind that does not exist' },
  E002: { severity: 'error', summary: 'a key that does not exist there' },
  E003: { severity: 'warning', summary: 'a kind in the chain without a settings block: defaults apply' },
  E004: { severity: 'error', summary: 'a value of the wrong type, out of range or malformed' },
  E005: { severity: 'error', summary: 'a required key is missing' },
  E006: { severity: 'error', summary: 'the text is not well-formed YAML' },
  E007: { severity: 'error', summary: 'a key given twice in one mapping' },
  E008: { severity: 'error', summary: 'two targets with the same id' },
  E009: { severity: 'error', summary: 'a kind listed twice in the chain' },
  E010: { severity: 'error', summary: 'known, but not supported yet' },
  E011: {
    severity: 'error',
    summary: 'a document of another shape (single policy, "version" or "gateway" dialect)',
  },
  E012: { severity: 'error', summary: 'larger than 1 MiB, or nested or expanded beyond the limit' },
  E013: { severity: 'error', summary: 'the file is empty or holds only comments' },
  E014: { severity: 'error', summary: 'the file is not UTF-8 text' },
  E015: { severity: 'error', summary: 'more than one YAML document in the file' },
  E016: { severity: 'error', summary: 'a YAML tag or directive that is not accepted' },
  E017: { severity: 'error', summary: 'a reference to an anchor that does not exist, or a merge key' },
  E018: { severity: 'error', summary: 'two settings that contradict each other' },
  E019: { severity: 'error', summary: 'no target is usable: every one lacks its secret' },
  E020: { severity: 'error', summary: 'a provider that does not exist' },
  E099: { severity: 'error', summary: 'more issues than are listed' },
  W101: { severity: 'warning', summary: 'a secret is missing or unusable: its target is unavailable' },
  W102: { severity: 'warning', summary: 'a target without its secret is answered by the built-in simulator' },
  W103: { severity: 'warning', summary: 'a key written into the file' },
  W104: { severity: 'warning', summary: 'the file begins with a byte order mark' },
  W105: { severity: 'warning', summary: 'the file is close to the size limit' },
  W106: { severity: 'warning', summary: 'a version that is not of the form 1.2.3' },
  W107: { severity: 'warning', summary: 'settings of a kind that is not in the chain' },
  W108: { severity: 'warning', summary: 'a setting that is accepted and has no effect' },
  W109: { severity: 'warning', summary: 'a secret would travel unencrypted' },
  W110: { severity: 'warning', summary: 'the chain is empty: nothing is judged' },
  W120: { severity: 'warning', summary: 'every web page may call' },
} as const satisfies Record<string, { severity: Severity; summary: string }>;

export type IssueCode = keyof typeof issueCodes;

/** Something to say about a configuration file. Nothing in it holds a secret. */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: Severity;
  /** For instance `providers.targets[1].timeout_seconds`; empty where the whole file is meant. */
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** The line and a caret below it, secrets masked. */
  readonly excerpt?: string;
}

/** One line: `path: message (file:line:column)`. */
export function formatIssueLine(issue: Issue, file: string): string {
  const where = `(${file}:${issue.line}:${issue.column})`;
  return issue.path === '' ? `${issue.message} ${where}` : `${issue.path}: ${issue.message} ${where}`;
}

/** The issue as a person reads it: the line, the excerpt, the suggestion. */
export function formatIssue(issue: Issue, file: string): string {
  const parts = [`${issue.severity} ${issue.code} ${formatIssueLine(issue, file)}`];
  if (issue.excerpt !== undefined) parts.push(issue.excerpt);
  if (issue.suggestion !== undefined) parts.push(`  ${issue.suggestion}`);
  return parts.join('\n');
}

/** Every issue of a file that is not valid, with its place, and how many errors there are. */
export function formatIssueList(file: string, issues: readonly Issue[]): string {
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const listed = issues.map((issue) => formatIssue(issue, basename(file)));
  return `${listed.join('\n')}\n${file} is not valid: ${errors} ${errors === 1 ? 'error' : 'errors'}\n`;
}
