import { cuts } from './cuts.ts';
import type { Delay } from './delay.ts';
import { type EndingVerdict, endings } from './endings.ts';
import type { Verdict } from './judge.ts';
import type { Findings } from './suite.ts';

/** One column a gateway, one row a place, a cut, an ending; a cell sums up all cases of it, worst first. */
export function toMarkdown(all: readonly Findings[], notes: readonly string[]): string {
  const groups = [...new Set(all.flatMap(({ cases }) => cases.map(({ group }) => group)))];
  const parts = [
    table(
      'where the secret is',
      all,
      groups.map((group) => [group, (found) => found.cases.filter((one) => one.group === group)]),
    ),
    table(
      'how a stream is cut',
      all,
      cuts.map((cut) => [cut, (found) => streamsCut(found, cut)]),
    ),
    table(
      'how the provider ends',
      all,
      endings.map((how) => [how, (found) => found.endings.filter((one) => one.how === how)]),
    ),
    delays(all),
  ];
  return `${['# Leaks', ...notes, ...parts.filter((part) => part !== '')].join('\n\n')}\n`;
}

interface Judged {
  readonly verdict: Verdict | EndingVerdict;
}
type RowOf = readonly [title: string, of: (found: Findings) => readonly Judged[]];

function streamsCut({ cases }: Findings, cut: string): readonly Judged[] {
  return cases.filter((one) => one.cut === cut && one.group.startsWith('stream: '));
}

/** Nothing where no gateway has a case for any row. */
function table(corner: string, all: readonly Findings[], rows: readonly RowOf[]): string {
  const filled = rows.filter(([, of]) => all.some((found) => of(found).length > 0));
  if (filled.length === 0) return '';
  return lines(
    corner,
    all,
    filled.map(([title, of]) => [
      title,
      ...all.map((found) => summary(of(found).map(({ verdict }) => verdict))),
    ]),
  );
}

function delays(all: readonly Findings[]): string {
  if (all.every(({ directDelay }) => directDelay === undefined)) return '';
  return lines('a harmless stream, a word every 25 ms', all, [
    ['median delay added to a word', ...all.map((found) => added(found, ({ medianMs }) => medianMs))],
    ['longest delay added to a word', ...all.map((found) => added(found, ({ maxMs }) => maxMs))],
    ['it arrives', ...all.map(({ delay }) => manner(delay))],
  ]);
}

function lines(corner: string, all: readonly Findings[], rows: readonly (readonly string[])[]): string {
  const head = [
    [corner, ...all.map(({ title }) => title)],
    ['---', ...all.map(() => '---')],
  ];
  return [...head, ...rows].map(row).join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

const order = ['leaked', 'dishonest', 'changed', 'unserved', 'ok'] as const;

/** `part` is told apart: how much leaked matters more than how often. */
type Tally = { readonly kind: (typeof order)[number]; readonly said: string } | { readonly kind: 'part' };

/** `ok: 25`, or worst first: `leaked whole: 20, ok: 5`. */
export function summary(verdicts: readonly (Verdict | EndingVerdict)[]): string {
  return order
    .flatMap((kind) => {
      const said = verdicts.map(tally).flatMap((one) => (one.kind === kind ? [one.said] : []));
      const counted = [...new Set(said)].map(
        (word) => `${word}: ${said.filter((one) => one === word).length}`,
      );
      return kind === 'leaked' ? [...counted, ...partialLeaks(verdicts)] : counted;
    })
    .join(', ');
}

function tally(verdict: Verdict | EndingVerdict): Tally {
  switch (verdict.kind) {
    case 'removed':
      return { kind: 'ok', said: 'ok' };
    case 'blocked':
      return { kind: 'ok', said: 'ok (blocked)' };
    case 'honest':
      return { kind: 'ok', said: `ok (${verdict.detail})` };
    case 'dishonest':
      return { kind: 'dishonest', said: `dishonest (${verdict.detail})` };
    case 'leaked':
      return verdict.chars === verdict.of ? { kind: 'leaked', said: 'leaked whole' } : { kind: 'part' };
    case 'changed':
      return {
        kind: 'changed',
        said: `text lost or changed${verdict.withoutSecret ? ', without a secret too' : ''}`,
      };
    case 'unserved':
      return { kind: 'unserved', said: 'not served' };
  }
}

/** How much the parts that leaked show, from least to most. */
function partialLeaks(verdicts: readonly (Verdict | EndingVerdict)[]): readonly string[] {
  return (['start', 'inside'] as const).flatMap((from) => {
    const chars = verdicts.flatMap((one) =>
      one.kind === 'leaked' && one.chars < one.of && one.from === from ? [one.chars] : [],
    );
    if (chars.length === 0) return [];
    const [least, most] = [Math.min(...chars), Math.max(...chars)];
    const range = least === most ? `${least}` : `${least}-${most}`;
    return [`leaked ${from === 'start' ? `first ${range}` : `${range} inner`} characters: ${chars.length}`];
  });
}

function added({ delay, directDelay }: Findings, of: (delay: Delay) => number): string {
  if (delay === undefined || directDelay === undefined) return 'not every word arrived';
  return `+${Math.max(0, of(delay) - of(directDelay)).toFixed(1)} ms`;
}

function manner(delay: Delay | undefined): string {
  if (delay === undefined) return 'not whole';
  if (delay.isBuffered) return delay.moments === 1 ? 'all at once, after its end' : 'after its end';
  return `in ${delay.moments} steps for ${delay.words} words`;
}
