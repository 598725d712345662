import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Other gateways, measured where `npm run bench:peers -- install` has put them. */
export const measuredPeerNames = ['portkey', 'tensorzero', 'litellm'] as const;
export type MeasuredPeerName = (typeof measuredPeerNames)[number];

/** With those of which only the leaks are looked for. */
export const installedPeerNames = [...measuredPeerNames, 'nemo'] as const;
export type InstalledPeerName = (typeof installedPeerNames)[number];

export const manifests: string = join(import.meta.dirname, 'peers');
const cache = join(import.meta.dirname, '../.cache/bench-peers');

interface Pinned {
  readonly title: string;
  /** Every package of the installation with its version. */
  readonly lock: string;
  /** Finds the version of the gateway itself in the lock. */
  readonly version: RegExp;
}

const pinned: Readonly<Record<InstalledPeerName, Pinned>> = {
  portkey: {
    title: 'Portkey',
    lock: 'package-lock.json',
    version: /"node_modules\/@portkey-ai\/gateway": \{\s*"version": "([^"]+)"/,
  },
  tensorzero: { title: 'TensorZero', lock: 'tensorzero.txt', version: /^tensorzero==(.+)$/m },
  litellm: { title: 'LiteLLM', lock: 'litellm.txt', version: /^litellm==(.+)$/m },
  nemo: { title: 'NeMo Guardrails', lock: 'nemo.txt', version: /^nemoguardrails==(.+)$/m },
};

export function isMeasuredPeer(name: string): name is MeasuredPeerName {
  return measuredPeerNames.some((known) => known === name);
}

export function isInstalledPeer(name: string): name is InstalledPeerName {
  return installedPeerNames.some((known) => known === name);
}

export function homeOf(name: InstalledPeerName): string {
  return join(cache, name);
}

export function lockOf(name: InstalledPeerName): string {
  return join(manifests, pinned[name].lock);
}

/** Name and version, as the lock has them. */
export function titleOf(name: InstalledPeerName): string {
  const { title, version } = pinned[name];
  return `${title} ${version.exec(readFileSync(lockOf(name), 'utf8'))?.[1] ?? 'of unknown version'}`;
}

/** Where an installation notes, at its very end, which lock it was made from. */
export function stampOf(name: InstalledPeerName): string {
  return join(homeOf(name), 'installed-from.sha256');
}

export function lockHash(name: InstalledPeerName): string {
  return createHash('sha256')
    .update(readFileSync(lockOf(name)))
    .digest('hex');
}

/** Whole, and from the lock as it is now. */
export function isInstalled(name: InstalledPeerName): boolean {
  try {
    return readFileSync(stampOf(name), 'utf8') === lockHash(name);
  } catch {
    return false; // no stamp: never installed, or not to the end
  }
}

/** A line for each that is not there: what is not compared must be said. */
export function missingNotes(): readonly string[] {
  return measuredPeerNames
    .filter((name) => !isInstalled(name))
    .map(
      (name) =>
        `${titleOf(name)} is not installed (npm run bench:peers -- install ${name}): not compared with it`,
    );
}
