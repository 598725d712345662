import type { PolicyKind } from '../policy/policy.ts';
import { load, type LoadResult } from './load.ts';
import { type SecretPlaces, secretPaths, secretsFrom } from './secret-ref.ts';
import { oncePerContent, readSource, type SourceRead, type SourceReading } from './source.ts';
import { SourceWatch, type WatchOptions } from './watch.ts';

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
    return new SourceWatch({ ...pace, ...this.#source, running: this.#first, onRead, onDegraded });
  }
}
