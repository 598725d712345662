import type { Exchange } from './exchange.ts';

/**
 * The exchanges in flight. A dense array and not a Set: a Set under constant turnover leaves tables behind that keep
 * thousands of finished exchanges alive until the next full collection (measured: a quarter of all CPU time).
 */
export class LiveExchanges {
  readonly #all: Exchange[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(exchange: Exchange): void {
    exchange.life.slot = this.#all.length;
    this.#all.push(exchange);
  }

  delete(exchange: Exchange): void {
    const last = this.#all.pop();
    if (last === undefined || last === exchange) return;
    this.#all[exchange.life.slot] = last;
    last.life.slot = exchange.life.slot;
  }

  /** A copy: what is done to the exchanges may end them. */
  all(): readonly Exchange[] {
    return [...this.#all];
  }
}
