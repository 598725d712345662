import { resolve } from 'node:path';
import type { Seam } from '../record/seam.ts';
import { type FileTrail, openFileTrail } from './file-trail.ts';

interface Shared {
  readonly trail: Promise<FileTrail>;
  holders: number;
}

/** The files of records that are open: two generations that name the same file share one chain. */
export class AuditTrails {
  readonly #open = new Map<string, Shared>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #now: () => number;
  readonly #onSeam: (seam: Seam) => void;

  constructor(now: () => number, onSeam: (seam: Seam) => void = () => undefined) {
    this.#now = now;
    this.#onSeam = onSeam;
  }

  /** Each call is matched by one `release`, unless it rejects. */
  async acquire(path: string): Promise<FileTrail> {
    const key = resolve(path);
    const shared = this.#open.get(key) ?? { trail: this.#openTrail(key), holders: 0 };
    shared.holders += 1;
    this.#open.set(key, shared);
    try {
      return await shared.trail;
    } catch (error) {
      if (this.#open.get(key) === shared) this.#open.delete(key);
      throw error;
    }
  }

  /** The last holder closes the file. */
  async release(path: string): Promise<void> {
    const key = resolve(path);
    const shared = this.#open.get(key);
    if (shared === undefined) return;
    shared.holders -= 1;
    if (shared.holders > 0) return;
    this.#open.delete(key);
    const closing = shared.trail.then((trail) => trail.close()).finally(() => this.#closing.delete(key));
    this.#closing.set(key, closing);
    await closing;
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    const closed = all.map(async ({ trail }) => (await trail).close());
    await Promise.all([...closed, ...this.#closing.values()]);
  }

  // Two chains must never write one file: the one before is closed first.
  async #openTrail(path: string): Promise<FileTrail> {
    await this.#closing.get(path)?.catch(() => undefined); // whoever released it hears of that
    return openFileTrail({ path, now: this.#now, onSeam: this.#onSeam });
  }
}
