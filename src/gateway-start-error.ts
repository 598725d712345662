import type { Issue } from './config/issue.ts';

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
