import { type Clock, repeat } from '../clock.ts';
import { type Election, renewMs } from '../lease.ts';

interface LeadershipParts {
  readonly election: Election;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onChange: (isLeader: boolean) => void;
  readonly onError: (error: unknown) => void;
  /** What only one replica does. It ends, soon, when its signal is aborted. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Does the work while this replica is the leader, until the signal; then another may at once. */
export async function lead(parts: LeadershipParts): Promise<void> {
  const { election, clock, signal, onChange, onError } = parts;
  let term: Term | undefined;
  await repeat(
    { clock, everyMs: () => renewMs, signal },
    async () => {
      try {
        await election.attend();
      } finally {
        // Also where nobody could be asked: a term ends by itself.
        if (election.isLeader !== (term !== undefined)) onChange(election.isLeader);
        if (election.isLeader) term ??= begin(parts);
        else {
          await term?.end();
          term = undefined;
        }
      }
    },
    onError,
  );
  await term?.end();
  await election.resign().catch(onError);
}

interface Term {
  end(): Promise<void>;
}

function begin({ work, onError }: LeadershipParts): Term {
  const over = new AbortController();
  const done = work(over.signal).catch(onError);
  return {
    async end() {
      over.abort();
      await done;
    },
  };
}
