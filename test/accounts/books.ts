import assert from 'node:assert/strict';

/** How often something happened, by class. What never happened has no entry. */
export type Counts = ReadonlyMap<string, number>;

/**
 * One who keeps an account of the same traffic: the clients, the providers, the log, the audit records, the metrics, the
 * traces. Each tells what it can: a subject it knows nothing of is left out.
 */
export interface Book {
  readonly name: string;
  readonly accounts: Readonly<Partial<Record<Subject, Counts>>>;
}

export const subjects = [
  'calls',
  'statuses',
  'aborted streams',
  'attempts',
  'tokens',
  'nano-dollars',
  'unpriced',
  'usage missing',
  'bytes',
  'evaluations',
  'uninspected',
  'unreadable',
  'reloads',
  'spans',
] as const;
export type Subject = (typeof subjects)[number];

export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    if (by !== 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  get counts(): Counts {
    return this.#counts;
  }
}

/** Every subject must be known to two books at least, and all that know it must say the same. */
export function assertBalanced(books: readonly Book[]): void {
  for (const subject of subjects) {
    const telling = books.flatMap(({ name, accounts }) => {
      const counts = accounts[subject];
      return counts === undefined ? [] : [{ name, counts: sorted(counts) }];
    });
    assert.ok(telling.length > 1, `${subject}: nobody to compare with`);
    const [first] = telling;
    assert.ok(first !== undefined && Object.keys(first.counts).length > 0, `${subject}: nothing happened`);
    for (const { name, counts } of telling.slice(1))
      assert.deepEqual(counts, first.counts, `${subject}: ${name} (first) against ${first.name}`);
  }
}

function sorted(counts: Counts): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
