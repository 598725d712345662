import { spawnSync } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.ts';

/** Where a gateway's log goes: a real pipe with a reader that never lags, as a container runtime has it. */
export class Drain implements AsyncDisposable {
  readonly #reader: Child;
  readonly #end: FileHandle;

  private constructor(reader: Child, end: FileHandle) {
    this.#reader = reader;
    this.#end = end;
  }

  static async open(folder: string, name: string): Promise<Drain> {
    const path = join(folder, `${name}-${performance.now()}.pipe`);
    if (spawnSync('mkfifo', [path], { stdio: 'ignore' }).status !== 0)
      throw new Error('mkfifo is needed for the pipe of the log');
    const reader = new Child({ name: 'the reader of the log', command: ['cat', path], core: 'load' });
    // Opening waits for the reader to open its end.
    const end = await Promise.race([open(path, 'w'), reader.died()]);
    return new Drain(reader, end);
  }

  get fd(): number {
    return this.#end.fd;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end.close();
    await this.#reader[Symbol.asyncDispose]();
  }
}
