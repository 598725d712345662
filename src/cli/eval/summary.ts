import { entityNamed } from '../../policy/pii/entities.ts';
import { printableCell, table } from '../table.ts';
import { type EntityCount, share, type LabelCount, type Tally } from './tally.ts';

/** What labels mean. What is named here goes before what is known. */
interface LabelMeaning {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
}

type Scored = ReturnType<typeof scored>;

interface LabelLine extends LabelCount {
  readonly label: string;
  readonly meaning: 'positive' | 'negative' | 'unknown';
}

/** The name of the line for everything together. */
const everything = 'all';

const known: LabelMeaning = {
  positive: ['attack', 'harmful', 'injection', 'jailbreak', 'malicious', 'toxic', 'unsafe', 'true', '1'],
  negative: ['benign', 'clean', 'harmless', 'legitimate', 'safe', 'false', '0'],
};

/** The result of an evaluation, as `--json` shows it. */
export function summaryOf(kind: string, tally: Tally, named: LabelMeaning) {
  const found = [...tally.findings.values()].reduce((sum, count) => sum + count, 0);
  const labels = sortedEntries(tally.labels).map(([label, count]) => ({
    label,
    meaning: meaningOf(label, named),
    ...count,
  }));
  const entities = sortedEntries(tally.entities);
  return {
    kind,
    rows: tally.rows,
    bad_rows: tally.bad,
    characters: tally.characters,
    findings: Object.fromEntries(sortedEntries(tally.findings)),
    findings_per_200k_characters: rounded(share(found * 200_000, tally.characters)),
    entities: labels.length > 0 ? scoredLabels(labels) : scoredEntities(entities.filter(isScored)),
    /** Spans of types that are no entity. */
    left_out: Object.fromEntries(
      entities.filter((entry) => !isScored(entry)).map(([name, { gold }]) => [name, gold]),
    ),
    labels,
  };
}

/** Whether anything was looked for: an entity, or what the configuration itself has named. */
function isScored([name, { findings }]: readonly [string, EntityCount]): boolean {
  return findings > 0 || entityNamed(name) !== undefined;
}

function sortedEntries<Value>(map: ReadonlyMap<string, Value>): readonly [string, Value][] {
  return [...map].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function meaningOf(label: string, named: LabelMeaning): LabelLine['meaning'] {
  for (const { positive, negative } of [named, known]) {
    if (positive.includes(label)) return 'positive';
    if (negative.includes(label)) return 'negative';
  }
  return 'unknown';
}

function scoredEntities(entities: readonly [string, EntityCount][]): readonly Scored[] {
  if (entities.length === 0) return [];
  const all = { gold: 0, found: 0, findings: 0, right: 0 };
  for (const [, count] of entities) {
    all.gold += count.gold;
    all.found += count.found;
    all.findings += count.findings;
    all.right += count.right;
  }
  return [...entities.map(([name, count]) => scored(name, count)), scored(everything, all)];
}

/** A row is found or it is not: what counts as a finding is a row with any. */
function scoredLabels(labels: readonly LabelLine[]): readonly Scored[] {
  const counts = { gold: 0, found: 0, findings: 0, right: 0 };
  for (const { meaning, rows, found } of labels) {
    if (meaning === 'unknown') continue;
    counts.findings += found;
    if (meaning === 'negative') continue;
    counts.gold += rows;
    counts.found += found;
    counts.right += found;
  }
  return counts.gold + counts.findings === 0 ? [] : [scored(everything, counts)];
}

function scored(name: string, count: EntityCount) {
  const precision = share(count.right, count.findings);
  const recall = share(count.found, count.gold);
  const f1 =
    precision === undefined || recall === undefined
      ? undefined
      : (share(2 * precision * recall, precision + recall) ?? 0);
  return { name, ...count, precision: rounded(precision), recall: rounded(recall), f1: rounded(f1) };
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 10_000) / 10_000;
}

/** The same for people. */
export function summaryText(summary: ReturnType<typeof summaryOf>): string {
  const { rows, bad_rows: bad, characters, findings_per_200k_characters: rate } = summary;
  const facts = [
    ['kind', summary.kind],
    ['rows', `${rows}, and ${bad} that could not be read`],
    ['characters', String(characters)],
    ...Object.entries(summary.findings).map(([rule, count]) => [rule, String(count)]),
    ['findings in 200,000 characters', shown(rate)],
  ];
  const parts = [table(facts)];
  if (summary.labels.length > 0) parts.push(labelTable(summary.labels));
  if (summary.entities.length > 0) parts.push(scoreTable(summary.entities));
  const leftOut = Object.entries(summary.left_out).map(([type, count]) => `${printableCell(type)} ${count}`);
  if (leftOut.length > 0) parts.push(`left out, because they are no entity: ${leftOut.join(', ')}\n`);
  return parts.join('\n');
}

function labelTable(labels: readonly LabelLine[]): string {
  const rows = labels.map(({ label, meaning, rows: count, found }) => [
    label,
    meaning,
    String(count),
    String(found),
    shown(rounded(share(found, count))),
  ]);
  return table([['label', 'meaning', 'rows', 'found', 'share'], ...rows]);
}

function scoreTable(entities: readonly Scored[]): string {
  const rows = entities.map((line) => [
    line.name,
    ...[line.gold, line.found, line.findings, line.right].map(String),
    ...[line.precision, line.recall, line.f1].map(shown),
  ]);
  return table([['', 'there', 'found', 'findings', 'right', 'precision', 'recall', 'F1'], ...rows]);
}

function shown(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}
