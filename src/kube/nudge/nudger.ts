import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { ApiCalls } from '../watch/api-calls.ts';
import { ApiRefusal } from '../watch/api-refusal.ts';
import { backoffMs } from '../watch/backoff.ts';
import type { WatchChange } from '../watch/watched-objects.ts';
import { combinedHash, contentHash, shortHash } from './content-hash.ts';
import { type MountedPod, nudgeAnnotation } from './mounted-pod.ts';
import type { SourceVersion } from './source-version.ts';
import { mayBeStale, type SourceState } from './staleness.ts';
import { TokenBucket } from './token-bucket.ts';
import { type WorkOutcome, WorkQueue } from './work-queue.ts';

/** `touched`; it was `fresh` after all; it was `gone`; the API server `refused` it for good; or it `failed` and is tried again. */
export type NudgeResult = 'touched' | 'fresh' | 'gone' | 'refused' | 'failed';

export interface NudgerOptions {
  readonly api: ApiCalls;
  readonly perSecond: number;
  readonly jitterMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onResult: (result: NudgeResult) => void;
  readonly onTrouble: (error: unknown) => void;
}

interface Source extends SourceVersion, SourceState {
  readonly kind: 'ConfigMap' | 'Secret';
  /** Asked for once, when a pod needs it. */
  hash?: Promise<string>;
}

const workers = 8;
const mapSchema = z.object({
  data: z.record(z.string(), z.string()).optional(),
  binaryData: z.record(z.string(), z.string()).optional(),
});

/** Touches the pods whose sidecar mounts what was edited, so that their kubelets look at once. It is told of changes. */
export class Nudger {
  readonly #options: NudgerOptions;
  readonly #queue: WorkQueue;
  readonly #bucket: TokenBucket;
  /** By namespace, then by key. */
  readonly #pods = new Map<string, Map<string, MountedPod>>();
  /** By `ConfigMap NAMESPACE/NAME`. */
  readonly #sources = new Map<string, Source>();
  #failures = 0;

  constructor(options: NudgerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(options.clock);
    this.#bucket = new TokenBucket(options.clock, options.perSecond, 2 * options.perSecond);
  }

  get pending(): number {
    return this.#queue.size;
  }

  run(): Promise<void> {
    return this.#queue.run(workers, (key) => this.#nudge(key), this.#options.signal);
  }

  podChanged({ key, value, previous }: WatchChange<MountedPod>): void {
    const namespace = value?.namespace ?? previous?.namespace ?? '';
    const pods = this.#pods.get(namespace) ?? new Map<string, MountedPod>();
    this.#pods.set(namespace, pods);
    if (value === undefined) pods.delete(key);
    else {
      pods.set(key, value);
      // Whatever else changes about a pod, what it mounts is as fresh as before.
      if (previous?.uid !== value.uid || !previous.isHeld) this.#consider(key, value);
    }
    if (pods.size === 0) this.#pods.delete(namespace);
  }

  sourceChanged(kind: Source['kind'], { key, value, isFirst }: WatchChange<SourceVersion>): void {
    const name = `${kind} ${key}`;
    const before = this.#sources.get(name);
    if (value === undefined) {
      this.#sources.delete(name);
      return;
    }
    // A label was changed: what the pods have is as good as before.
    if (before !== undefined && !value.isContent) return;
    this.#sources.set(name, { ...value, kind, wasSeen: !isFirst });
    for (const [podKey, pod] of this.#pods.get(value.namespace) ?? []) {
      if (pod.sources.includes(`${kind} ${value.name}`)) this.#consider(podKey, pod);
    }
  }

  #consider(key: string, pod: MountedPod): void {
    const { clock, random, jitterMs } = this.#options;
    if (mayBeStale(pod, this.#sourcesOf(pod), clock.now())) this.#queue.add(key, random() * jitterMs);
  }

  #sourcesOf({ namespace, sources }: MountedPod): readonly Source[] {
    return sources.flatMap((name) => {
      const [kind, own] = name.split(' ');
      return this.#sources.get(`${kind} ${namespace}/${own}`) ?? [];
    });
  }

  async #nudge(key: string): Promise<WorkOutcome> {
    const { onResult, onTrouble, random, signal } = this.#options;
    try {
      onResult(await this.#touch(key));
      this.#failures = 0;
      return 'done';
    } catch (error) {
      if (signal.aborted) return 'done';
      onTrouble(error);
      if (isFinal(error)) {
        onResult('refused');
        return 'done';
      }
      onResult('failed');
      this.#failures += 1;
      return { againMs: Math.max(askedBy(error), backoffMs(this.#failures, random)) };
    }
  }

  /** What is so now decides, not what was so when the pod was put into the queue. */
  async #touch(key: string): Promise<NudgeResult> {
    const pod = this.#pod(key);
    if (pod?.isHeld !== true) return 'gone';
    const sources = this.#sourcesOf(pod);
    // They were deleted meanwhile: the kubelet keeps what it delivered.
    if (sources.length === 0) return 'fresh';
    const hashes = await Promise.all(sources.map((source) => this.#hashOf(source)));
    const hash = combinedHash(hashes);
    if (this.#pod(key)?.nudge === hash) return 'fresh';
    await this.#bucket.take(this.#options.signal);
    try {
      await this.#annotate(pod, hash);
    } catch (error) {
      if (isGone(error)) return 'gone';
      throw error;
    }
    this.#remember(key, pod, hash);
    return 'touched';
  }

  /** The watch will say it too; until then it must not be done twice. */
  #remember(key: string, { uid, namespace }: MountedPod, nudge: string): void {
    const pod = this.#pod(key);
    if (pod?.uid === uid) this.#pods.get(namespace)?.set(key, { ...pod, nudge });
  }

  #pod(key: string): MountedPod | undefined {
    return this.#pods.get(key.slice(0, key.indexOf('/')))?.get(key);
  }

  /** The content of a Secret is nobody's business: its version tells as much. */
  #hashOf(source: Source): Promise<string> {
    source.hash ??=
      source.kind === 'Secret' ? Promise.resolve(shortHash(source.version)) : this.#contentHashOf(source);
    return source.hash;
  }

  async #contentHashOf(source: Source): Promise<string> {
    const { api, signal } = this.#options;
    const path = `/api/v1/namespaces/${source.namespace}/configmaps/${source.name}`;
    try {
      return contentHash(
        mapSchema.parse(await api.json({ method: 'GET', path, accept: 'application/json', signal })),
      );
    } catch (error) {
      delete source.hash;
      throw error;
    }
  }

  /** With its uid: the API server refuses it for another pod of the same name. */
  async #annotate({ namespace, name, uid }: MountedPod, hash: string): Promise<void> {
    const { api, signal } = this.#options;
    const patch = { metadata: { uid, annotations: { [nudgeAnnotation]: hash } } };
    await api.json({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/pods/${name}`,
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      body: { type: 'application/merge-patch+json', text: JSON.stringify(patch) },
      signal,
    });
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiRefusal && (error.status === 404 || error.status === 409);
}

/** Trying again changes nothing: a right is missing, or the API server finds fault with it. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof ApiRefusal &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 429 &&
    error.status !== 401
  );
}

function askedBy(error: unknown): number {
  return error instanceof ApiRefusal ? (error.retryAfterMs ?? 0) : 0;
}
