import { basename } from 'node:path';
import type { Config } from '../config/config.ts';
import { formatIssue, formatIssueList, type Issue } from '../config/issue.ts';
import type { LoadResult } from '../config/load.ts';
import { loadConfigFile } from './config-file.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { costsText, type PatternCost, patternCosts } from './pattern-costs.ts';

type LintIo = Pick<CommandIo, 'write' | 'error' | 'isTerminal' | 'env'>;

export interface PolicyLintOptions {
  readonly file: string;
  readonly json: boolean;
}

/**
 * Says everything that is wrong with a configuration file, and what patterns in it cost. Keys that this machine does not
 * hold are no error.
 */
export async function policyLint(
  options: PolicyLintOptions,
  io: LintIo,
  now: () => number = () => performance.now(),
): Promise<ExitCode> {
  const result = loadConfigFile(options.file, io.env);
  if (typeof result === 'string') return unreadable(options, io, result);
  const costs = result.ok ? patternCosts(result.config, now) : [];
  if (options.json) io.write(`${JSON.stringify(summary(options.file, result, costs), undefined, 2)}\n`);
  else if (result.ok) io.write(success(options.file, result.config, result.issues) + costsText(costs));
  else io.error(formatIssueList(options.file, result.issues));
  return result.ok ? 0 : 2;
}

function unreadable(options: PolicyLintOptions, io: LintIo, reason: string): ExitCode {
  const error = { code: 'unreadable', path: '', message: reason, line: 1, column: 1 };
  if (!options.json) io.error(`${options.file}: cannot be read: ${reason}; give its place with --file\n`);
  else
    io.write(
      `${JSON.stringify({ valid: false, file: options.file, errors: [error], warnings: [] }, undefined, 2)}\n`,
    );
  return 2;
}

function summary(file: string, result: LoadResult, costs: readonly PatternCost[]): object {
  const warnings = result.issues.filter(({ severity }) => severity === 'warning').map(plain);
  if (!result.ok) {
    const errors = result.issues.filter(({ severity }) => severity === 'error').map(plain);
    return { valid: false, file, errors, warnings };
  }
  const { name, version } = result.config.pack;
  const chain = result.config.chain.map(({ kind }) => kind);
  const patterns = costs.map(({ path, usPerKb }) => ({ path, us_per_kb: usPerKb }));
  return {
    valid: true,
    file,
    pack: { name, version },
    chain,
    policy_count: chain.length,
    patterns,
    warnings,
  };
}

/** Without the excerpt: machines have the file. */
function plain({ code, path, message, suggestion, line, column }: Issue): object {
  return { code, path, message, ...(suggestion === undefined ? {} : { suggestion }), line, column };
}

function success(file: string, config: Config, warnings: readonly Issue[]): string {
  const { name, version, enabled } = config.pack;
  const chain = config.chain.map(({ kind, common }) =>
    common.enforcement === 'shadow' ? `${kind} (shadow)` : kind,
  );
  const targets = config.targets.map(({ id, provider, model }) => `  ${id}: ${provider} ${model}`);
  const lines = [
    `${file} is valid`,
    `pack: ${name} ${version}${enabled ? '' : ' (disabled: every call is refused)'}`,
    `chain: ${chain.join(' → ')}`,
    `policies: ${chain.length}`,
    `targets (${config.strategy}):`,
    ...targets,
    ...warnings.map((issue) => formatIssue(issue, basename(file))),
  ];
  return `${lines.join('\n')}\n`;
}
