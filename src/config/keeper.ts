import type { InterpretInput } from './interpret.ts';
import { load, type LoadResult } from './load.ts';
import { type SecretPlaces, secretPaths, secretsFrom } from './secret-ref.ts';
import {
  oncePerContent,
  readSource,
  type SourceOptions,
  type SourceRead,
  type SourceReading,
} from './source.ts';
import { SourceWatch, type WatchOptions } from './watch.ts';

interface KeeperOptions
  extends Required<Pick<SourceOptions, 'path' | 'isInPod'>>, Omit<InterpretInput, 'secrets'> {
  readonly places: SecretPlaces;
}

/** The configuration file with everything needed to read, judge and follow it. */
export class ConfigKeeper {
  readonly #options: KeeperOptions;
  readonly #source;
  #first: SourceReading | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    const { path, isInPod, places } = options;
    const extraFiles = oncePerContent((content) => secretPaths(content, places));
    this.#source = { path, isInPod, extraFiles };
  }

  async read(): Promise<SourceReading> {
    this.#first = await readSource(this.#source);
    return this.#first;
  }

  load(read: SourceRead): LoadResult {
    const { kinds, places, options } = this.#options;
    return load({ content: read.bytes, kinds, secrets: secretsFrom(read.files, places), options });
  }

  /** Whether this version may name the built-in simulator. */
  mayNeedSimulator(reading: SourceReading): boolean {
    if (reading.kind !== 'read') return false;
    return this.#options.options.simulateMissingKeys || Buffer.from(reading.bytes).includes('simulator');
  }

  follow(
    onRead: (reading: SourceReading) => void,
    onDegraded: (isDegraded: boolean, cause: unknown) => void,
    pace: Partial<WatchOptions> = {},
  ): SourceWatch {
    return new SourceWatch({ ...pace, ...this.#source, running: this.#first, onRead, onDegraded });
  }
}
