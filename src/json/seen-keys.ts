/** Says whether a key was written before in the same object. */
export class SeenKeys {
  #set: Set<string> | undefined;

  /** `members`: those before. Objects of a call are small: comparing beats hashing, and a set keeps larger ones linear. */
  has(key: string, members: readonly { readonly key: string }[]): boolean {
    if (members.length < 12) return members.some((one) => one.key === key);
    this.#set ??= new Set(members.map((one) => one.key));
    const known = this.#set.has(key);
    this.#set.add(key);
    return known;
  }
}
