interface Keyed {
  readonly key: string;
}

/** Up to this many keys comparing beats hashing. */
export const fewKeys = 12;

/** Whether one of a few members has this key. */
export function isAmong(key: string, members: readonly Keyed[]): boolean {
  for (let at = 0; at < members.length; at += 1) if (members[at]?.key === key) return true;
  return false;
}

/** The keys of an object with more than a few: a set keeps finding duplicates linear. */
export class SeenKeys {
  readonly #set: Set<string>;

  constructor(members: readonly Keyed[]) {
    this.#set = new Set(members.map((one) => one.key));
  }

  /** Whether the key was written before; from now on it was. One look into the set: it is most of what a key costs. */
  has(key: string): boolean {
    const { size } = this.#set;
    return this.#set.add(key).size === size;
  }
}
