import type { LoadResult } from '../config/load.ts';
import type { SourceRead, SourceReading } from '../config/source.ts';
import type { SourceNote } from '../config/source-note.ts';
import type { Weakening } from '../config/weaker.ts';
import type { Unreadable } from '../config/whole-file.ts';
import type { Runtime } from './runtime.ts';

export interface CompileInput<C, S> {
  readonly config: C;
  readonly hash: string;
  readonly generation: number;
  readonly previous: S | undefined;
}

/** Why the running configuration is not the one on disk. */
export type ReloadTrouble<I> = Rejected<I> | Unreadable;

interface Rejected<I> {
  readonly kind: 'rejected';
  readonly hash: string;
  readonly issues: readonly I[];
  /** What was thrown where the file could not be judged, or is valid and could not be compiled. Never shown to a client. */
  readonly cause: unknown;
}

interface Applied<I> {
  readonly kind: 'applied';
  readonly hash: string;
  readonly generation: number;
  readonly warnings: readonly I[];
  readonly notes: readonly SourceNote[];
  /** What it drops or weakens of the one before. */
  readonly weakened: readonly Weakening[];
  /** Parsing to swap, on the event loop. */
  readonly durationMs: number;
}

/** What log, metrics and the audit record hear of. */
export type ReloadEvent<I> =
  | Applied<I>
  | ReloadTrouble<I>
  /** The files are again those that run; nothing had to be done. */
  | { readonly kind: 'recovered'; readonly hash: string; readonly generation: number };

export interface ReloadStatus<I> {
  /** 0 before the first configuration is applied. */
  readonly generation: number;
  readonly appliedHash: string | undefined;
  /** SHA-256 of the configuration file as it is now; undefined while it cannot be read. */
  readonly desiredHash: string | undefined;
  /** Whether what runs is what the files say, secrets included. */
  readonly lastReloadSuccessful: boolean;
  readonly lastSuccessAt: number | undefined;
  /** Since when the files are as they are now. */
  readonly desiredSince: number | undefined;
  readonly trouble: ReloadTrouble<I> | undefined;
  /** What is wrong with the desired file, or the warnings about the applied one. */
  readonly issues: readonly I[];
  readonly notes: readonly SourceNote[];
  /** What the applied configuration dropped or weakened of the one before. */
  readonly weakened: readonly Weakening[];
  readonly counts: Readonly<Record<ReloadEvent<I>['kind'], number>>;
}

interface ReloaderOptions<C, S extends { readonly generation: number }, I> {
  readonly load: (read: SourceRead) => LoadResult<C, I>;
  /** May throw, and then has changed nothing. */
  readonly compile: (input: CompileInput<C, S>) => S;
  /** What the second drops or weakens of the first. */
  readonly weakenings?: (previous: C, next: C) => readonly Weakening[];
  readonly runtime: Runtime<S>;
  readonly report: (event: ReloadEvent<I>) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What is kept of a reading: neither the file nor the secrets beside it. */
type Desired = Pick<SourceRead, 'kind' | 'hash' | 'digest' | 'notes'> | Unreadable;

/** Takes every reading of the files to the one decision it calls for: swap, refuse, or nothing at all. */
export class Reloader<C, S extends { readonly generation: number }, I> {
  readonly #options: ReloaderOptions<C, S, I>;
  readonly #counts = { applied: 0, rejected: 0, unreadable: 0, recovered: 0 };
  #applied: { readonly digest: string; readonly event: Applied<I>; readonly at: number } | undefined;
  /** The refused content last seen: it is not judged twice. */
  #refused: { readonly digest: string; readonly event: Rejected<I> } | undefined;
  #running: C | undefined;
  #desired: Desired | undefined;
  #desiredSince: number | undefined;

  constructor(options: ReloaderOptions<C, S, I>) {
    this.#options = options;
  }

  offer(reading: SourceReading): void {
    if (isSame(this.#desired, reading)) return;
    this.#desired = reading.kind === 'read' ? outline(reading) : reading;
    this.#desiredSince = this.#options.now();
    if (reading.kind === 'unreadable') this.#report(reading);
    else if (reading.digest === this.#applied?.digest) this.#recover(this.#applied.event);
    else if (reading.digest !== this.#refused?.digest) this.#judge(reading);
  }

  /** Whether this version would drop or weaken something. */
  weakens(read: SourceRead): boolean {
    const { load, weakenings } = this.#options;
    if (this.#running === undefined || weakenings === undefined) return false;
    const loaded = load(read);
    return loaded.ok && weakenings(this.#running, loaded.config).length > 0;
  }

  status(): ReloadStatus<I> {
    const applied = this.#applied;
    const trouble = this.#trouble();
    const desired = this.#desired?.kind === 'read' ? this.#desired : undefined;
    return {
      generation: applied?.event.generation ?? 0,
      appliedHash: applied?.event.hash,
      desiredHash: desired?.hash,
      lastReloadSuccessful: desired !== undefined && desired.digest === applied?.digest,
      lastSuccessAt: applied?.at,
      desiredSince: this.#desiredSince,
      trouble,
      issues: trouble?.kind === 'rejected' ? trouble.issues : (applied?.event.warnings ?? []),
      notes: desired?.notes ?? [],
      weakened: applied?.event.weakened ?? [],
      counts: { ...this.#counts },
    };
  }

  #trouble(): ReloadTrouble<I> | undefined {
    const desired = this.#desired;
    if (desired?.kind === 'unreadable') return desired;
    return desired?.digest === this.#applied?.digest ? undefined : this.#refused?.event;
  }

  #recover({ hash, generation }: Applied<I>): void {
    // Whoever edits the same mistake in again is told again.
    this.#refused = undefined;
    this.#report({ kind: 'recovered', hash, generation });
  }

  #judge(read: SourceRead): void {
    const event = this.#decide(read);
    const { digest } = read;
    if (event.kind === 'applied') this.#applied = { digest, event, at: this.#options.now() };
    this.#refused = event.kind === 'applied' ? undefined : { digest, event };
    this.#report(event);
  }

  /** Everything that can fail comes before the swap. */
  #decide(read: SourceRead): Applied<I> | Rejected<I> {
    const { load, compile, runtime, now, weakenings } = this.#options;
    const { hash, notes } = read;
    const startedAt = now();
    const generation = (this.#applied?.event.generation ?? 0) + 1;
    let loaded: LoadResult<C, I>;
    let snapshot: S;
    try {
      loaded = load(read);
      if (!loaded.ok) return { kind: 'rejected', hash, issues: loaded.issues, cause: undefined };
      snapshot = compile({ config: loaded.config, hash, generation, previous: runtime.current });
    } catch (cause) {
      return { kind: 'rejected', hash, issues: [], cause };
    }
    runtime.swap(snapshot);
    const { config, issues: warnings } = loaded;
    const weakened = this.#running === undefined ? [] : (weakenings?.(this.#running, config) ?? []);
    this.#running = config;
    const durationMs = now() - startedAt;
    return { kind: 'applied', hash, generation, warnings, notes, weakened, durationMs };
  }

  #report(event: ReloadEvent<I>): void {
    this.#counts[event.kind] += 1;
    this.#options.report(event);
  }
}

function outline({ kind, hash, digest, notes }: SourceRead): Desired {
  return { kind, hash, digest, notes };
}

function isSame(previous: Desired | undefined, next: SourceReading): boolean {
  if (previous?.kind === 'read') return next.kind === 'read' && next.digest === previous.digest;
  return previous !== undefined && next.kind === 'unreadable' && next.code === previous.code;
}
