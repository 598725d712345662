import { excerpt, type Stretch } from './excerpt.ts';
import { type Issue, type IssueCode, issueCodes } from './issue.ts';
import { formatSetting, type SettingPath } from './path.ts';

/** An issue before its place in the file has been looked up. */
export interface Problem {
  readonly code: IssueCode;
  readonly path: SettingPath;
  readonly message: string;
  readonly suggestion?: string | undefined;
  /** Point at the key instead of the value. */
  readonly atKey?: boolean;
  /** Where the path alone does not say it: UTF-16 offset in the text. */
  readonly offset?: number;
  /** The value below the path is not shown: it may be a secret under a misspelt key. */
  readonly hide?: boolean;
}

export function isError({ code }: Problem): boolean {
  return issueCodes[code].severity === 'error';
}

/** What is needed to place a problem in the file. */
export interface Source {
  readonly text: string;
  /** What no excerpt may show. */
  masks(): readonly Stretch[];
  offsetOf(path: SettingPath, atKey: boolean): number;
  spanOf(path: SettingPath): Stretch | undefined;
  position(offset: number): { readonly line: number; readonly column: number };
}

/** A broken file can earn a problem per character; nobody reads more than this. */
export const issueLimit = 200;

/** Every problem as an issue, in file order, without repetition. */
export function placeProblems(problems: readonly Problem[], source: Source): readonly Issue[] {
  if (problems.length === 0) return [];
  const kept = keepErrorsFirst(problems);
  const masks = source.masks();
  const placed = kept.map((problem) => {
    return { ...problem, offset: problem.offset ?? source.offsetOf(problem.path, problem.atKey === true) };
  });
  const ordered = placed.toSorted((a, b) => a.offset - b.offset);
  const issues = ordered.map((problem) => place(problem, source, masks));
  const distinct = issues.filter(
    (issue, index) => !issues.slice(0, index).some((other) => same(issue, other)),
  );
  return kept.length < problems.length ? [...distinct, omitted()] : distinct;
}

function keepErrorsFirst(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= issueLimit) return problems;
  const warnings = problems.filter((problem) => !isError(problem));
  return [...problems.filter(isError), ...warnings].slice(0, issueLimit);
}

function place(
  { code, path, message, suggestion, hide, offset }: Problem & { readonly offset: number },
  source: Source,
  secrets: readonly Stretch[],
): Issue {
  const { line, column } = source.position(offset);
  const hidden = hide === true ? source.spanOf(path) : undefined;
  const masks = hidden === undefined ? secrets : [...secrets, hidden];
  return {
    code,
    severity: issueCodes[code].severity,
    path: formatSetting(path),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    line,
    column,
    ...(source.text === '' ? {} : { excerpt: excerpt(source.text, offset, line, masks) }),
  };
}

function same(a: Issue, b: Issue): boolean {
  return a.code === b.code && a.path === b.path && a.message === b.message && a.line === b.line;
}

function omitted(): Issue {
  const message = `only the first ${issueLimit} issues are listed`;
  return { code: 'E099', severity: 'error', path: '', message, line: 1, column: 1 };
}
