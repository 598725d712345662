import { hash } from 'node:crypto';
import { RecentMap } from '../recent-map.ts';
import { EventBudget } from './event-budget.ts';

/** The object that an Event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string | undefined;
}

export type EventReason =
  | 'Injected'
  | 'InjectionSkipped'
  | 'InjectionReport'
  | 'PolicyConfigInvalid'
  | 'PolicyConfigValid'
  | 'SecretMissing'
  | 'SecretFound'
  | 'SidecarMissing';

export interface KubeEvent {
  readonly about: EventSubject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: EventReason;
  /** What was done, in one word. */
  readonly action: string;
  readonly note: string;
}

/** Where Events go. Whoever records one never waits, and never hears that it was lost. */
export interface EventSink {
  record(event: KubeEvent): void;
}

/** What an Event became: `repeated` was counted in one that is there. */
export type EventResult = 'created' | 'repeated' | 'dropped' | 'failed';

/** How Events are written in the cluster. */
export interface EventWriter {
  create(event: KubeEvent, name: string, at: number): Promise<void>;
  /** Says in the Event of this name how often it happened. False: there is none any more. */
  repeat(
    event: KubeEvent,
    name: string,
    series: { readonly count: number; readonly at: number },
  ): Promise<boolean>;
}

interface RecorderOptions {
  readonly writer: EventWriter;
  readonly now: () => number;
  readonly onResult: (result: EventResult, error?: unknown) => void;
}

interface Seen {
  readonly name: string;
  count: number;
  writtenAt: number;
}

const rememberedLimit = 2000;
const waitingLimit = 200;
const sendingLimit = 4;
/** Repetitions of an Event are written at most so often. */
const repeatMs = 60_000;
/** The API server forgets Events after an hour. */
const freshMs = 3_000_000;

/**
 * Writes Events of events.k8s.io/v1. The same about the same object is one Event that counts; a flood is cut off; nothing
 * that goes wrong here is anybody's problem.
 */
export class EventRecorder implements EventSink {
  readonly #options: RecorderOptions;
  readonly #budget: EventBudget;
  readonly #seen = new RecentMap<Seen>(rememberedLimit);
  readonly #waiting: KubeEvent[] = [];
  readonly #sending = new Set<Promise<void>>();

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#budget = new EventBudget({ burst: 50, perSecond: 5, now: options.now() });
  }

  record(event: KubeEvent): void {
    if (this.#waiting.length >= waitingLimit) return this.#options.onResult('dropped');
    this.#waiting.push(event);
    this.#next();
  }

  /** Resolves when all that was recorded is written, or lost. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  #next(): void {
    if (this.#sending.size >= sendingLimit) return;
    const event = this.#waiting.shift();
    if (event === undefined) return;
    const sending = this.#send(event).finally(() => {
      this.#sending.delete(sending);
      this.#next();
    });
    this.#sending.add(sending);
  }

  async #send(event: KubeEvent): Promise<void> {
    const { now, onResult } = this.#options;
    try {
      onResult(await this.#write(event, now()));
    } catch (error) {
      onResult('failed', error);
    }
  }

  async #write(event: KubeEvent, at: number): Promise<EventResult> {
    const { writer } = this.#options;
    const key = keyOf(event);
    const seen = this.#recall(key, at);
    if (seen !== undefined) {
      seen.count += 1;
      if (at - seen.writtenAt < repeatMs) return 'repeated';
      if (!this.#budget.take(at)) return 'dropped';
      seen.writtenAt = at;
      if (await writer.repeat(event, seen.name, { count: seen.count, at })) return 'repeated';
    } else if (!this.#budget.take(at)) return 'dropped';
    const name = `${event.about.name.slice(0, 200)}.${hash('sha256', `${key} ${at}`).slice(0, 16)}`;
    // Before it is written, so that the same a moment later is not written too.
    this.#seen.set(key, { name, count: 1, writtenAt: at });
    await writer.create(event, name, at);
    return 'created';
  }

  #recall(key: string, at: number): Seen | undefined {
    const seen = this.#seen.get(key);
    if (seen === undefined || at - seen.writtenAt >= freshMs) return undefined;
    this.#seen.set(key, seen);
    return seen;
  }
}

function keyOf({ about, reason, note }: KubeEvent): string {
  return hash('sha256', JSON.stringify([about, reason, note]));
}
