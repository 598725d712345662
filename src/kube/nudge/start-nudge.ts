import type { Clock } from '../clock.ts';
import type { ApiCalls } from '../watch/api-calls.ts';
import { WatchedObjects, type WatchedOptions } from '../watch/watched-objects.ts';
import { injectedLabel } from '../injection/names.ts';
import { reducePod } from './mounted-pod.ts';
import { Nudger, type NudgeResult } from './nudger.ts';
import { reduceSource } from './source-version.ts';

export interface NudgeOptions {
  readonly api: ApiCalls;
  readonly settings: {
    /** `*`: all of them. */
    readonly namespaces: readonly string[];
    readonly perSecond: number;
    readonly jitterSeconds: number;
  };
  /** Secrets to watch besides the ConfigMaps: by name, so that no right to others is needed. */
  readonly secrets: readonly { readonly namespace: string; readonly name: string }[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onResult: (result: NudgeResult) => void;
  /** `resource`: what could not be watched or touched. */
  readonly onTrouble: (resource: WatchedResource, error: unknown) => void;
  readonly timing?: WatchedOptions<unknown>['timing'];
}

export type WatchedResource = 'pods' | 'configmaps' | 'secrets';

export interface Nudging {
  /** Pods that wait to be touched. */
  readonly pending: () => number;
  /** How long the API server has said nothing of each resource: the longest of its watches, from the start on. */
  readonly watchAgesMs: () => ReadonlyMap<WatchedResource, number>;
  /** Resolves after the signal. */
  readonly done: Promise<unknown>;
}

interface Watch {
  readonly resource: WatchedResource;
  readonly watched: { readonly lastHeardAt: number | undefined; run(): Promise<void> };
}

/**
 * Watches policy ConfigMaps and touches the pods that mount an edited one. It takes the rights to list, watch and patch pods,
 * and to get, list and watch ConfigMaps, in the namespaces of the settings; and to list and watch the Secrets named.
 */
export function startNudge(options: NudgeOptions): Nudging {
  const { clock, settings, onTrouble } = options;
  const startedAt = clock.now();
  const nudger = new Nudger({
    ...options,
    perSecond: settings.perSecond,
    jitterMs: settings.jitterSeconds * 1000,
    onTrouble: (error) => onTrouble('pods', error),
  });
  const watches = [
    ...placesOf(settings.namespaces).flatMap((place) => watchesOf(place, nudger, options)),
    ...secretWatches(nudger, options),
  ];
  const done = Promise.all([...watches.map(({ watched }) => watched.run()), nudger.run()]);
  return {
    pending: () => nudger.pending,
    watchAgesMs: () => agesOf(watches, startedAt, clock.now()),
    done,
  };
}

function placesOf(namespaces: readonly string[]): readonly string[] {
  if (namespaces.includes('*')) return ['/api/v1'];
  return [...new Set(namespaces)].map((namespace) => `/api/v1/namespaces/${namespace}`);
}

function watchesOf(place: string, nudger: Nudger, options: NudgeOptions): readonly Watch[] {
  return [
    {
      resource: 'pods',
      watched: new WatchedObjects({
        ...common('pods', options),
        path: `${place}/pods`,
        query: { labelSelector: `${injectedLabel}=true` },
        reduce: reducePod,
        onChange: (change) => nudger.podChanged(change),
      }),
    },
    {
      resource: 'configmaps',
      watched: new WatchedObjects({
        ...common('configmaps', options),
        path: `${place}/configmaps`,
        isMetadataOnly: true,
        reduce: reduceSource,
        onChange: (change) => nudger.sourceChanged('ConfigMap', change),
      }),
    },
  ];
}

function secretWatches(nudger: Nudger, options: NudgeOptions): readonly Watch[] {
  return options.secrets.map(({ namespace, name }) => ({
    resource: 'secrets',
    watched: new WatchedObjects({
      ...common('secrets', options),
      path: `/api/v1/namespaces/${namespace}/secrets`,
      query: { fieldSelector: `metadata.name=${name}` },
      isMetadataOnly: true,
      reduce: reduceSource,
      onChange: (change) => nudger.sourceChanged('Secret', change),
    }),
  }));
}

function common(resource: WatchedResource, { api, clock, random, signal, onTrouble, timing }: NudgeOptions) {
  return {
    api,
    clock,
    random,
    signal,
    onTrouble: (error: unknown) => onTrouble(resource, error),
    ...(timing === undefined ? {} : { timing }),
  };
}

function agesOf(
  watches: readonly Watch[],
  startedAt: number,
  now: number,
): ReadonlyMap<WatchedResource, number> {
  const ages = new Map<WatchedResource, number>();
  for (const { resource, watched } of watches) {
    const age = now - (watched.lastHeardAt ?? startedAt);
    ages.set(resource, Math.max(age, ages.get(resource) ?? 0));
  }
  return ages;
}
