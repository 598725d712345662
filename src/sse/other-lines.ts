import { isOneLine, unreadableStream } from './parse.ts';

const lineEnd = /(\r\n|\n|\r)/;
// The names of events and the numbers that some servers give them come with every event, and say nothing.
const harmless = /^(?:data(?::[^]*)?|event: ?[a-z_.]{1,64}|(?:id|retry): ?\d{0,6}|:?)$/u;
// The standard says that nobody reads them; clients that read line by line do.
const readBySome = /^[\s\p{Cc}]*(?:[{["]|data\s*:)/iu;
const field = /^(?:event|id|retry)?: ?/;

/**
 * An event with its lines other than data as `judge` leaves them: comments, ids, names of events, and what no client reads.
 * Undefined where it denies one. Throws for one that clients disagree about.
 */
export function judgeOtherLines(
  raw: string,
  judge: (line: string) => string | undefined,
): string | undefined {
  const parts = raw.split(lineEnd);
  for (let at = 0; at < parts.length; at += 2) {
    const line = parts[at] ?? '';
    if (harmless.test(line)) continue;
    if (readBySome.test(line)) throw unreadableStream('a line that only some clients read');
    const name = field.exec(line)?.[0] ?? '';
    const next = judge(line.slice(name.length));
    if (next === undefined) return undefined;
    parts[at] = name + next.replaceAll(/[\r\n]+/g, ' '); // it stays one line
  }
  return parts.join('');
}

/** Whether an event has more than a usual name and one line of data; most have not. */
export function hasOtherLines(raw: string): boolean {
  return !isOneLine(raw, eventName.exec(raw)?.[0].length);
}

const eventName = /^event: ?[a-z_.]{1,64}\n/;
