/** One error of a chain as it may be logged. */
interface LoggedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

interface ErrorChain {
  /** The error itself first, then what caused it. */
  readonly errors: readonly LoggedError[];
  /** Where a bug happened. Errors with a code are conditions, not bugs, and have none. */
  readonly stack?: string;
}

const maxDepth = 8;
const maxMessage = 1000;
const maxStack = 4000;

/** An error and its causes, for the log only. */
export function errorChain(thrown: unknown): ErrorChain {
  const chain: unknown[] = [];
  for (let error = thrown; error !== undefined && chain.length < maxDepth; error = causeOf(error)) {
    if (chain.includes(error)) break;
    chain.push(error);
  }
  const errors = chain.map(describe);
  const root = chain.at(-1);
  const hasCode = errors.at(-1)?.code !== undefined;
  return root instanceof Error && !hasCode && root.stack !== undefined
    ? { errors, stack: withoutCredentials(root.stack.slice(0, maxStack)) }
    : { errors };
}

/** One line: each message, the cause behind a colon. */
export function formatErrors({ errors }: ErrorChain): string {
  return errors
    .map(({ code, message }) => (code === undefined ? message : `${message} (${code})`))
    .join(': ');
}

function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.cause === undefined) return error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}

function describe(error: unknown): LoggedError {
  if (!(error instanceof Error))
    return { name: typeof error, message: withoutCredentials(String(error).slice(0, maxMessage)) };
  const described = { name: error.name, message: withoutCredentials(error.message.slice(0, maxMessage)) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? { ...described, code } : described;
}

// No code here logs a header or a body, but a library's message may quote one.
const credentials = [
  /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi,
  /\b(sk|pk|rk|gsk|xai|tgp|hf|pplx|fw|kt|ghp|gho|xox[abp])[-_][\w-]{8,}/gi,
  /\b(authorization|x-api-key|api-key|cookie)["']?\s*[:=]\s*(?!(?:bearer|basic)\s)\S+/gi,
  /(:\/\/)[^\s/@]{1,256}@/g,
];

/** Text without what looks like a key, whoever quoted it. */
export function withoutCredentials(text: string): string {
  return credentials.reduce((masked, pattern) => masked.replace(pattern, '$1 [masked]'), text);
}
