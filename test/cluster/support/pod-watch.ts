import { z } from 'zod';
import type { Cleanup } from '../../support/cleanup.ts';
import { Pod } from './pod.ts';

/** One state of a pod, and when we heard of it (epoch milliseconds). */
export interface Sighting {
  readonly at: number;
  readonly isGone: boolean;
  readonly pod: Pod;
}

const Event = z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: Pod });

type Listener = (sighting: Sighting) => void;

/** Every state of every pod of a namespace, as the API server tells it; the last words of a deleted pod too. */
export class PodWatch {
  readonly #seen: Sighting[] = [];
  readonly #listeners = new Set<Listener>();
  #failure: Error | undefined;

  constructor(url: string, t: Cleanup) {
    const abort = new AbortController();
    t.after(() => abort.abort());
    this.#read(url, abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted) this.#failure = new Error('the watch of the pods ended', { cause: error });
    });
  }

  /** The last states first seen, of one pod or of all. */
  seen(name?: string): readonly Sighting[] {
    return this.#seen.filter(({ pod }) => name === undefined || pod.metadata.name === name);
  }

  /** The first state this holds for, past or to come. */
  async first(what: string, holds: (s: Sighting) => boolean, withinMs = 60_000): Promise<Sighting> {
    const found = this.#seen.find(holds);
    if (found !== undefined) return found;
    const { promise, resolve, reject } = Promise.withResolvers<Sighting>();
    const listener: Listener = (sighting) => {
      if (holds(sighting)) resolve(sighting);
    };
    this.#listeners.add(listener);
    const timer = setTimeout(
      () => reject(new Error(`waited ${withinMs} ms for ${what}`, { cause: this.#failure })),
      withinMs,
    );
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }

  async #read(url: string, signal: AbortSignal): Promise<void> {
    const { body } = await fetch(url, { signal });
    let rest = '';
    for await (const piece of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#note(Event.parse(JSON.parse(line)));
    }
    throw new Error('no more events');
  }

  #note({ type, object }: z.infer<typeof Event>): void {
    const sighting = { at: Date.now(), isGone: type === 'DELETED', pod: object };
    this.#seen.push(sighting);
    for (const listener of this.#listeners) listener(sighting);
  }
}
