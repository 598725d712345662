/** A stretch of the text, end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const before = 50;
const after = 60;
const mask = '****';

/** A key whose value is a secret wherever it stands: its last word is one, however it is joined to the others. */
const secretKey =
  /(?:authorization|cookies?|credentials?|jwt|pass(?:word|wd|phrase)|secret|signature|token|(?:access|account|api|auth|client|functions|private|secret|subscription)[-_.]?key|(?:^|[-_.])(?:auth|bearer|pwd))$/i;

/** Values that look like a credential under any key: somebody pasted it into the wrong place. */
const secretValue =
  /^(?:Bearer\s.*|(?:sk|pk|rk|gsk|xai|tgp|hf|ghp|pplx|fw|kt)[-_][\w-]{8,}|[A-Za-z0-9]{32,}={0,2})$/;

/** The same keys found in raw text, for files whose structure could not be read. */
const secretLine =
  /(?:api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|token|password|passwd|passphrase|secret|credentials?|authorization)(?:["']\s*:\s*|\s*:\s+)(?=\S)/i;

export function isSecretKey(key: string): boolean {
  return secretKey.test(key);
}

export function looksSecret(value: string): boolean {
  return secretValue.test(value.trim()) || /:\/\/[^/\s]*@/.test(value);
}

/**
 * The line around `offset` with a caret below it. Masked stretches are shown as four stars, whatever their length; so
 * is the rest of a line after a secret-bearing key, for comments and for files whose structure could not be read.
 */
export function excerpt(text: string, offset: number, line: number, masks: readonly Stretch[]): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = endOfLine(text, lineStart);
  const start = Math.max(lineStart, offset - before);
  const end = Math.max(start, Math.min(lineEnd, offset + after));
  const hidden = [...masks, ...rawSecret(text.slice(lineStart, lineEnd), lineStart)];
  const left = render(text, { start, end: Math.min(offset, end) }, hidden);
  const right = render(text, { start: Math.min(offset, end), end }, hidden);
  const joined =
    left.endsWith(mask) && right.startsWith(mask) ? left + right.slice(mask.length) : left + right;
  const label = String(line);
  const cut = start > lineStart ? '…' : '';
  return `  ${label} | ${cut}${joined}${end < lineEnd ? '…' : ''}\n  ${' '.repeat(label.length)} | ${' '.repeat(cut.length + left.length)}^`;
}

function endOfLine(text: string, from: number): number {
  const found = text.slice(from).search(/[\r\n]/);
  return found === -1 ? text.length : from + found;
}

function rawSecret(line: string, lineStart: number): readonly Stretch[] {
  const found = secretLine.exec(line);
  return found === null
    ? []
    : [{ start: lineStart + found.index + found[0].length, end: lineStart + line.length }];
}

function render(text: string, span: Stretch, masks: readonly Stretch[]): string {
  let shown = '';
  let position = span.start;
  const inside = masks.filter((each) => each.start < span.end && each.end > span.start);
  for (const each of inside.toSorted((a, b) => a.start - b.start)) {
    if (each.end <= position) continue;
    if (each.start > position || shown === '') {
      shown += visible(text.slice(position, Math.max(position, each.start))) + mask;
    } else if (!shown.endsWith(mask)) shown += mask;
    position = each.end;
  }
  return shown + visible(text.slice(position, Math.max(position, span.end)));
}

/** Escape sequences in a file never reach a terminal. One unit stays one unit, so the caret stays in place. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (unit) => (unit === '\t' ? ' ' : '\u{FFFD}'));
}
