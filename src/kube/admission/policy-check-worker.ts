import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { policyFindings } from './policy-findings.ts';

// The entry of a thread: a policy that takes long to check holds up nobody but this.

const questionSchema = z.object({ content: z.string() });

parentPort?.on('message', (given: unknown) => {
  const { content } = questionSchema.parse(given);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage({ findings: policyFindings(content) });
});
