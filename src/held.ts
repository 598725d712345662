interface Entry<Value> {
  readonly value: Value;
  holders: number;
}

/**
 * Values by key, each kept while somebody holds it: the first holder brings it, the last one lets it go. What outlives a
 * generation of the configuration, because the next may share it, is kept in one of these.
 */
export class Held<Key, Value> {
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #letGo: (value: Value, key: Key) => void;

  /** `letGo` hears of a value that nobody holds any more; by then it is no longer here. */
  constructor(letGo: (value: Value, key: Key) => void) {
    this.#letGo = letGo;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  holders(key: Key): number {
    return this.#entries.get(key)?.holders ?? 0;
  }

  entries(): readonly (readonly [Key, Value])[] {
    return Array.from(this.#entries, ([key, { value }]) => [key, value]);
  }

  /** One holder more. Each is matched by one `release`. */
  hold(key: Key, bring: () => Value): Value {
    const held = this.#entries.get(key);
    if (held === undefined) {
      const value = bring();
      this.#entries.set(key, { value, holders: 1 });
      return value;
    }
    held.holders += 1;
    return held.value;
  }

  release(key: Key): void {
    const held = this.#entries.get(key);
    if (held === undefined) return;
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#entries.delete(key);
    this.#letGo(held.value, key);
  }

  /** Forgets everything, for whoever closes it all in a way of its own. */
  takeAll(): readonly Value[] {
    const all = Array.from(this.#entries.values(), ({ value }) => value);
    this.#entries.clear();
    return all;
  }
}
