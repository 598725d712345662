import type { Adviser, AdviserProbe } from '../policy/question.ts';
import type { AdviserFacts } from './local-facts.ts';
import { describe } from './reach.ts';

/** Whether an adviser answers, and knows what it will be asked for. Nothing is sent that it could judge. */
export async function probeAdviser({ url, probes }: Adviser, deadlineMs: number): Promise<AdviserFacts> {
  const signal = AbortSignal.timeout(deadlineMs);
  for (const probe of probes) {
    const trouble = await troubleWith(probe, signal);
    if (trouble !== undefined) return { url, trouble };
  }
  return { url, trouble: undefined };
}

async function troubleWith({ url, problem }: AdviserProbe, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal, redirect: 'manual' });
    const { status } = answer;
    const body = await textOf(answer);
    // Who speaks the interface may not offer what says so.
    if (status === 404 || status === 405) return undefined;
    return status === 200 ? problem(body) : `status ${status} for GET ${url}`;
  } catch (error) {
    if (signal.aborted) return `no answer in time to GET ${url}`;
    return describe(error instanceof Error ? (error.cause ?? error) : error).message;
  }
}

const mostChars = 1024 * 1024;

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  let text = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.length > mostChars) throw new Error('the answer is too large');
  }
  return text;
}
