import type { PolicyKind } from '../policy/policy.ts';
import { load, type LoadResult } from './load.ts';
import { type SecretPlaces, secretPaths, secretsFrom } from './secret-ref.ts';
import { oncePerContent, readSource, type SourceRead, type SourceReading } from './source.ts';
import { type SourceWatch, type WatchOptions, watchSource } from './watch.ts';

interface KeeperOptions {
  readonly path: string;
  readonly places: SecretPlaces;
  readonly kinds: readonly PolicyKind[];
  readonly failMode: 'block' | 'allow';
  readonly simulateMissingKeys: boolean;
  readonly isInPod: boolean;
}

/** The configuration file with everything needed to read, judge and follow it. */
export class ConfigKeeper {
  readonly #options: KeeperOptions;
  readonly #extraFiles;
  #first: SourceReading | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#extraFiles = oncePerContent((content) => secretPaths(content, options.places));
  }

  async read(): Promise<SourceReading> {
    const { path, isInPod } = this.#options;
    const reading = await readSource({ path, isInPod, extraFiles: this.#extraFiles });
    this.#first = reading;
    return reading;
  }

  load(read: SourceRead): LoadResult {
    const { kinds, places, simulateMissingKeys, failMode } = this.#options;
    const secrets = secretsFrom(read.files, places);
    return load({ content: read.bytes, kinds, secrets, options: { simulateMissingKeys, failMode } });
  }

  /** Whether this version may name the built-in simulator. */
  mayNeedSimulator(reading: SourceReading): boolean {
    if (reading.kind !== 'read') return false;
    return this.#options.simulateMissingKeys || Buffer.from(reading.bytes).includes('simulator');
  }

  follow(
    onRead: (reading: SourceReading) => void,
    onDegraded: (isDegraded: boolean, cause: unknown) => void,
    pace: Partial<WatchOptions> = {},
  ): SourceWatch {
    const { path, isInPod } = this.#options;
    const running = this.#first;
    return watchSource({ ...pace, path, isInPod, running, extraFiles: this.#extraFiles, onRead, onDegraded });
  }
}
