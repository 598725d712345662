import { Worker } from 'node:worker_threads';
import type { PolicyFindings } from './policy-findings.ts';

interface CheckerOptions {
  /** How long one policy may take. */
  readonly limitMs: number;
}

interface Waiting {
  readonly content: string;
  readonly resolve: (findings: PolicyFindings) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly findings: PolicyFindings;
}

/** Beyond it, whoever asks is told that we are busy. */
const queueLimit = 32;
/** A policy is at most 1 MiB; what grows beyond this while it is read is meant to. */
const heapMb = 192;

/** Checks policies in a thread, one after the other. A check that takes too long ends, and the thread with it. */
export class PolicyChecker {
  readonly #limitMs: number;
  readonly #queue: Waiting[] = [];
  #worker: Worker | undefined;
  #current: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ limitMs }: CheckerOptions) {
    this.#limitMs = limitMs;
  }

  check(content: string): Promise<PolicyFindings> {
    if (this.#queue.length >= queueLimit) return Promise.reject(new Error('too many policies at once'));
    const { promise, resolve, reject } = Promise.withResolvers<PolicyFindings>();
    this.#queue.push({ content, resolve, reject });
    this.#next();
    return promise;
  }

  async close(): Promise<void> {
    this.#fail(new Error('the checker is closed'));
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    this.#current = this.#queue.shift();
    if (this.#current === undefined) return;
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage({ content: this.#current.content });
    this.#timer = setTimeout(() => this.#giveUp(), this.#limitMs);
  }

  #start(): Worker {
    const worker = new Worker(workerUrl(), { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    worker.on('message', (answer: Answer) => this.#settle(worker, answer));
    worker.on('error', (error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    return worker;
  }

  #settle(worker: Worker, { findings }: Answer): void {
    // The last word of one that was given up may come late.
    if (this.#worker !== worker) return;
    clearTimeout(this.#timer);
    const done = this.#current;
    this.#current = undefined;
    done?.resolve(findings);
    this.#next();
  }

  #giveUp(): void {
    const slow = this.#worker;
    this.#worker = undefined;
    void slow?.terminate();
    this.#fail(new Error(`the check of the policy took longer than ${this.#limitMs} ms`));
  }

  #fail(error: Error): void {
    clearTimeout(this.#timer);
    const failed = this.#current;
    this.#current = undefined;
    failed?.reject(error);
    this.#next();
  }
}

/** Beside this file in the sources; in the bundle this is a chunk, and the entry is one folder up. */
function workerUrl(): URL {
  const isBundled = import.meta.filename.endsWith('.js');
  return new URL(isBundled ? '../policy-check-worker.js' : './policy-check-worker.ts', import.meta.url);
}
