import { installedVersions } from './environments.ts';
import type { Fact, Outcome } from './fact.ts';
import { type Feature, featureNames, features } from './features.ts';
import { type Sdk, sdks } from './sdks.ts';

/** What one library does with one feature. */
export interface Cell {
  readonly feature: Feature;
  readonly outcome: Outcome;
  /** How many tests say so. */
  readonly tests: number;
  /** Why there is nothing to test. */
  readonly reason?: string;
}

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly cells: readonly Cell[];
}

/** Libraries by features. */
export type Matrix = readonly Row[];

/** One row a library. A feature of which a library says nothing is a failure: silence would look like a pass. */
export function toMatrix(facts: readonly Fact[], tested: readonly Sdk[] = sdks): Matrix {
  return tested.map((sdk) => {
    const own = facts.filter((fact) => fact.sdk === sdk.id);
    const versions = Object.fromEntries(installedVersions(sdk));
    const cells = featuresOf(sdk).map((feature) => toCell(feature, own));
    return { id: sdk.id, title: sdk.title, versions, cells };
  });
}

/** Everything in Node is asynchronous. */
export function featuresOf(sdk: Sdk): readonly Feature[] {
  return sdk.environment === 'node' ? featureNames.filter((name) => name !== 'async') : featureNames;
}

function toCell(feature: Feature, own: readonly Fact[]): Cell {
  const facts = own.filter((fact) => fact.feature === feature);
  const count = (outcome: Outcome): number => facts.filter((fact) => fact.outcome === outcome).length;
  const failed = count('failed');
  if (facts.length === 0) return { feature, outcome: 'failed', tests: 0, reason: 'no test names it' };
  if (failed > 0) return { feature, outcome: 'failed', tests: failed };
  const passed = count('passed');
  if (passed > 0) return { feature, outcome: 'passed', tests: passed };
  const [{ outcome, detail } = { outcome: 'failed' as const, detail: '' }] = facts;
  return { feature, outcome, tests: 0, reason: detail ?? '' };
}

const signs: Readonly<Record<Outcome, string>> = {
  passed: 'yes',
  failed: 'FAILED',
  'not-offered': '–',
  'not-served': 'no',
};

function signOf({ cells }: Row, feature: Feature): string {
  const found = cells.find((one) => one.feature === feature);
  return found === undefined ? '' : signs[found.outcome];
}

/** As a Markdown table, features down, libraries across. */
export function matrixTable(matrix: Matrix): string {
  const lines = featureNames.map(
    (feature) => `| ${features[feature]} | ${matrix.map((row) => signOf(row, feature)).join(' | ')} |`,
  );
  const titles = matrix.map((row) => `${row.title} ${Object.values(row.versions)[0]}`);
  return `| | ${titles.join(' | ')} |\n|---|${matrix.map(() => '---|').join('')}\n${lines.join('\n')}\n`;
}

/** Why a feature is not there: one line for each library and reason. */
export function reasonList(matrix: Matrix): string {
  return matrix.flatMap((row) => reasonsOf(row)).join('');
}

function reasonsOf({ title, cells }: Row): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { feature, outcome, reason = '' } of cells) {
    if (outcome !== 'not-offered' && outcome !== 'not-served') continue;
    byReason.set(reason, [...(byReason.get(reason) ?? []), feature]);
  }
  return [...byReason].map(([reason, names]) => `- ${title}: ${reason} (${names.join(', ')}).\n`);
}
