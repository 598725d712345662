import { createInterface } from 'node:readline';
import { Child } from './child.ts';
import { type LoadOrder, type LoadResult, loadResult } from './load-order.ts';
import type { Programs } from './programs.ts';

/** The load client, a process on the load's core. */
export class Load implements AsyncDisposable {
  readonly #child: Child;
  readonly #answers: AsyncIterator<string>;

  constructor(programs: Programs) {
    const command = programs.command('load-client');
    this.#child = new Child({
      name: 'the load client',
      command,
      core: 'load',
      stdin: 'pipe',
      stdout: 'pipe',
    });
    const { stdout } = this.#child.process;
    if (stdout === null) throw new Error('the load client has no output');
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Whatever came of it, failures included. */
  async attempt(order: LoadOrder): Promise<LoadResult> {
    this.#child.process.stdin?.write(`${JSON.stringify(order)}\n`);
    const line = await Promise.race([this.#answers.next(), this.#child.died()]);
    return loadResult.parse(JSON.parse(String(line.value)));
  }

  /** For figures that mean nothing unless every call was answered. */
  async run(order: LoadOrder): Promise<LoadResult> {
    const result = await this.attempt(order);
    if (result.failed === 0) return result;
    throw new Error(`${result.failed} of ${order.calls} calls failed: ${result.firstFailure ?? 'unknown'}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}
