import type { Issue } from './config/issue.ts';
import type { SourceNote } from './config/source-note.ts';
import type { ReloadTrouble } from './runtime/reloader.ts';

/** Why a gateway could not start. The issues are about the configuration. */
export class GatewayStartError extends Error {
  readonly file: string;
  readonly issues: readonly Issue[];

  constructor(message: string, file: string, issues: readonly Issue[], options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'GatewayStartError';
    this.file = file;
    this.issues = issues;
  }
}

/** Why the first configuration could not be applied. */
export function cannotStart(
  file: string,
  trouble: ReloadTrouble<Issue> | undefined,
  notes: readonly SourceNote[],
): GatewayStartError {
  if (trouble?.kind !== 'rejected')
    return new GatewayStartError(`${file}: ${trouble?.reason ?? 'no configuration'}`, file, []);
  const { issues, cause } = trouble;
  const message = issues.length > 0 ? `${file} is not valid` : `${file} cannot be compiled: ${String(cause)}`;
  // Why a file could not be read is no issue of the document, and yet what has to be mended.
  const reasons = notes.filter(({ kind }) => kind === 'unreadable').map((note) => `${note.message}\n`);
  return new GatewayStartError(`${reasons.join('')}${message}`, file, issues, { cause });
}
