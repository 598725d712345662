import { resolve } from 'node:path';
import { Held } from '../held.ts';
import type { Seam } from '../record/seam.ts';
import { type FileTrail, openFileTrail } from './file-trail.ts';

/** The files of records that are open: two generations that name the same file share one chain. */
export class AuditTrails {
  readonly #open = new Held<string, Promise<FileTrail>>((trail, path) => this.#letGo(trail, path));
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
    const trail = this.#open.hold(key, () => this.#openTrail(key));
    try {
      return await trail;
    } catch (error) {
      // Another may hold the path by now, if this one was given back while it was being opened.
      if (this.#open.get(key) === trail) this.#open.release(key);
      throw error;
    }
  }

  /** The last holder closes the file. */
  async release(path: string): Promise<void> {
    const key = resolve(path);
    this.#open.release(key);
    await this.#closing.get(key);
  }

  async close(): Promise<void> {
    const closed = this.#open.takeAll().map(async (trail) => (await trail).close());
    await Promise.all([...closed, ...this.#closing.values()]);
  }

  #letGo(trail: Promise<FileTrail>, path: string): void {
    const opened = trail.catch(() => undefined); // what was never opened needs no closing
    const closing = opened.then((open) => open?.close()).finally(() => this.#closing.delete(path));
    closing.catch(() => undefined); // whoever released it hears of that
    this.#closing.set(path, closing);
  }

  // Two chains must never write one file: the one before is closed first.
  async #openTrail(path: string): Promise<FileTrail> {
    await this.#closing.get(path)?.catch(() => undefined); // as above
    return openFileTrail({ path, now: this.#now, onSeam: this.#onSeam });
  }
}
