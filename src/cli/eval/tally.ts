import type { Finding } from '../../policy/guard.ts';
import { entities, entityNamed } from '../../policy/pii/entities.ts';
import type { GoldSpan } from './row.ts';

/** What was found of one entity, against what is there. */
export interface EntityCount {
  /** Spans of the file, and those of them that a finding overlaps. */
  gold: number;
  found: number;
  /** Findings in rows with spans, and those of them that overlap a span. */
  findings: number;
  right: number;
}

/** How many rows have a label, and in how many of them something was found. */
export interface LabelCount {
  rows: number;
  found: number;
}

/** Counts rows, findings and how right they are. Its size depends on how many types and labels there are, not on how many rows. */
export class Tally {
  rows = 0;
  bad = 0;
  /** UTF-16 code units. */
  characters = 0;
  readonly findings = new Map<string, number>();
  readonly entities = new Map<string, EntityCount>();
  readonly labels = new Map<string, LabelCount>();

  addRow(text: string, findings: readonly Finding[]): void {
    this.rows += 1;
    this.characters += text.length;
    for (const { rule } of findings) this.findings.set(rule, (this.findings.get(rule) ?? 0) + 1);
  }

  addSpans(gold: readonly GoldSpan[], findings: readonly Finding[]): void {
    const spans = gold.map(({ start, end, type }) => ({ start, end, name: entityOfType(type) }));
    const matches = findings.map(({ start, end, rule }) => ({ start, end, name: entityOfRule(rule) }));
    for (const span of spans) {
      const count = this.#entity(span.name);
      count.gold += 1;
      if (matches.some((match) => overlaps(match, span))) count.found += 1;
    }
    for (const match of matches) {
      const count = this.#entity(match.name);
      count.findings += 1;
      if (spans.some((span) => overlaps(match, span))) count.right += 1;
    }
  }

  addLabel(label: string, isFound: boolean): void {
    const count = this.labels.get(label) ?? { rows: 0, found: 0 };
    this.labels.set(label, count);
    count.rows += 1;
    if (isFound) count.found += 1;
  }

  #entity(name: string): EntityCount {
    const count = this.entities.get(name) ?? { gold: 0, found: 0, findings: 0, right: 0 };
    this.entities.set(name, count);
    return count;
  }
}

/** Names that data sets have for an entity and that `entities` does not take. */
const dataSetNames: ReadonlyMap<string, string> = new Map([
  ['IBAN_CODE', 'IBAN'],
  ['PHONE_NUM', 'PHONE'],
  ['TELEPHONENUM', 'PHONE'],
  ['SOCIALNUM', 'SSN'],
  ['CREDITCARDNUMBER', 'CREDIT_CARD'],
]);

/** The entity that a type of the file means; a type of its own where it means none. */
function entityOfType(type: string): string {
  const name = type.toUpperCase();
  return entityNamed(type) ?? dataSetNames.get(name) ?? name;
}

/** The entity that a rule found, which may say more of it: `national_id.gb_nhs`. */
export function entityOfRule(rule: string): string {
  const name = rule.toUpperCase();
  return entities.find((entity) => name.startsWith(`${entity}.`)) ?? name;
}

interface Named {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

function overlaps(one: Named, other: Named): boolean {
  return one.name === other.name && one.start < other.end && other.start < one.end;
}

/** Undefined where there is nothing to divide by. */
export function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
