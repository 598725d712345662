/** What a character leads to from a state: flags, and above them the number of the next state. Never `unknown`. */
export type Edge = number;
/** A match ends before the character. */
export const accepts = 1;
/** No match that began before can go on. */
export const isIdle = 2;
/** A match ends behind the character, and none that goes on is preferred to it. */
export const isSettled = 4;
export const edgeShift = 3;
