import { errorChain, formatErrors, withoutCredentials } from './error-chain.ts';

const maxFrames = 20;

/** What is said of an error that ends the process: messages with their causes and where it was thrown; no credential. */
export function crashText(message: string, thrown: unknown): string {
  const said = formatErrors(errorChain(thrown));
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  // The frames only: the message before them has been said, and bounded.
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return `${[`${message}: ${said}`, ...frames.slice(0, maxFrames).map(withoutCredentials)].join('\n')}\n`;
}
