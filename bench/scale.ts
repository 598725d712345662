/** How much of everything one run measures. */
export interface Scale {
  readonly isSmoke: boolean;
  readonly rounds: number;
  /** Calls of one gateway in one round, at 32 connections. */
  readonly calls: number;
  /** Streams of one gateway in one round. */
  readonly streams: number;
  /** Calls of one gateway in one round, at one connection. */
  readonly pingCalls: number;
  readonly pacedStreams: number;
  readonly starts: number;
  /** Of each gateway in the row of the peers, some of which take ten seconds. */
  readonly peerStarts: number;
  /** How long a fresh process may settle before its memory is read. */
  readonly settleMs: number;
  readonly memoryCalls: number;
  readonly slowStreams: number;
  /** Events of one slow stream, half a second apart. */
  readonly slowWrites: number;
  readonly promptBytes: readonly number[];
  /** Least time spent on one text of one size. */
  readonly promptMs: number;
  readonly deadlineMs: number;
}

const kibi = 1024;

export const full: Scale = {
  isSmoke: false,
  rounds: 5,
  calls: 30_000,
  streams: 3000,
  pingCalls: 3000,
  pacedStreams: 100,
  starts: 9,
  peerStarts: 2,
  settleMs: 2000,
  memoryCalls: 100_000,
  slowStreams: 2000,
  slowWrites: 16,
  promptBytes: [kibi, 10 * kibi, 100 * kibi, kibi * kibi, 10 * kibi * kibi],
  promptMs: 100,
  deadlineMs: 15 * 60_000,
};

/** That it runs, not how fast: enough calls that no figure is zero. */
export const smoke: Scale = {
  isSmoke: true,
  rounds: 1,
  calls: 800,
  streams: 100,
  pingCalls: 50,
  pacedStreams: 5,
  starts: 1,
  peerStarts: 1,
  settleMs: 100,
  memoryCalls: 800,
  slowStreams: 20,
  slowWrites: 2,
  promptBytes: [kibi, 10 * kibi],
  promptMs: 2,
  deadlineMs: 180_000, // where the slow peers are installed; a few seconds where they are not
};
