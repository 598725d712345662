/** Where a helper leaves what must be undone: a test, or `{ after }` for a whole file. */
export interface Cleanup {
  after(undo: () => unknown): void;
}
