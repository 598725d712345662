import type { AppsV1Api } from '@kubernetes/client-node';
import { RecentMap } from '../recent-map.ts';

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
}

const rememberedLimit = 1000;

/** Finds the object that people know, where a pod's owner is one that was made for it. */
export class OwnerLookup {
  readonly #apps: Pick<AppsV1Api, 'readNamespacedReplicaSet'>;
  /** By the uid of the owner. */
  readonly #known = new RecentMap<Promise<OwnerReference>>(rememberedLimit);

  constructor(apps: Pick<AppsV1Api, 'readNamespacedReplicaSet'>) {
    this.#apps = apps;
  }

  /** The Deployment of a ReplicaSet; any other owner is itself. It never rejects. */
  async topOf(namespace: string, owner: OwnerReference & { readonly uid: string }): Promise<OwnerReference> {
    if (owner.kind !== 'ReplicaSet') return plain(owner);
    const known = this.#known.get(owner.uid);
    if (known !== undefined) return known;
    const found = this.#ask(namespace, owner);
    this.#known.set(owner.uid, found);
    return found;
  }

  async #ask(namespace: string, owner: OwnerReference & { readonly uid: string }): Promise<OwnerReference> {
    try {
      const { metadata } = await this.#apps.readNamespacedReplicaSet({ namespace, name: owner.name });
      const above = metadata?.ownerReferences?.find(({ controller }) => controller === true);
      return plain(above ?? owner);
    } catch {
      // Gone, or no right to read it: the ReplicaSet itself is told, and asked about again the next time.
      this.#known.delete(owner.uid);
      return plain(owner);
    }
  }
}

function plain({ apiVersion, kind, name, uid }: OwnerReference): OwnerReference {
  return { apiVersion, kind, name, ...(uid === undefined ? {} : { uid }) };
}
