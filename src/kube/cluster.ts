import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  ApiException,
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
} from '@kubernetes/client-node';
import { parsedJson } from '../json/parsed.ts';
import { callMs, type ClusterOptions, openApi } from './api-access.ts';
import { KubeError } from './kube-error.ts';
import { ApiCalls } from './watch/api-calls.ts';
import { type PodFacts, podFacts } from './pod-facts.ts';

/** Which pods are meant. */
export interface PodScope {
  /** Undefined: that of the context. */
  readonly namespace: string | undefined;
  readonly allNamespaces: boolean;
  readonly selector: string | undefined;
  /** None: all of them. */
  readonly names: readonly string[];
}

export interface ConfigMapFacts {
  readonly isImmutable: boolean;
  readonly bytes: number;
  /** Content of the key; undefined where there is none. */
  readonly text: string | undefined;
}

const pageSize = 500;
const inClusterToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Whether there is anything that says where a cluster is. */
export function hasCluster(
  { kubeconfig }: ClusterOptions,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const named = kubeconfig ?? env['KUBECONFIG'];
  if (named !== undefined && named !== '') return true;
  return existsSync(join(env['HOME'] ?? homedir(), '.kube', 'config')) || existsSync(inClusterToken);
}

/** A cluster, read with the rights of its kubeconfig's user. It changes nothing there but what `annotate` does. */
export class Cluster {
  readonly context: string;
  readonly namespace: string;
  /** For what the client has no class, or one that is not worth its size. */
  readonly api: ApiCalls;
  readonly #core: CoreV1Api;
  readonly #version: VersionApi;

  constructor(options: ClusterOptions) {
    const { config, calls } = openApi(options);
    this.context = config.getCurrentContext();
    this.namespace = config.getContextObject(this.context)?.namespace ?? 'default';
    this.api = new ApiCalls(() => openApi(options).config);
    this.#core = new CoreV1Api(calls);
    this.#version = new VersionApi(calls);
  }

  async version(): Promise<string> {
    return this.#ask('the version of the API server', async () => (await this.#version.getCode()).gitVersion);
  }

  /** Every pod of the scope, also those without our container. A name that does not exist is an error. */
  async pods(scope: PodScope): Promise<readonly PodFacts[]> {
    const namespace = scope.namespace ?? this.namespace;
    if (scope.names.length > 0) return Promise.all(scope.names.map((name) => this.#pod(namespace, name)));
    return this.#ask(`the pods of ${scope.allNamespaces ? 'the cluster' : namespace}`, () =>
      this.#list(scope.allNamespaces ? undefined : namespace, scope.selector),
    );
  }

  /** The document of `/status`, as the pod gave it. */
  async status({ namespace, name, sidecar }: PodFacts): Promise<unknown> {
    const port = sidecar?.adminPort;
    const answer: unknown = await this.#ask(`/status of ${namespace}/${name}`, () =>
      this.#core.connectGetNamespacedPodProxyWithPath({ namespace, name: `${name}:${port}`, path: 'status' }),
    );
    // The client parses what says that it is JSON, whatever its type says.
    const document = typeof answer === 'string' ? parsedJson(answer) : answer;
    if (document !== undefined) return document;
    throw new KubeError(
      `${namespace}/${name} does not answer with a status document: is another program on that port?`,
    );
  }

  /** The one thing that is changed: an annotation of a pod. It takes the right to patch pods. */
  async annotate({ namespace, name }: PodFacts, annotation: string, value: string): Promise<void> {
    await this.#ask(`pod ${namespace}/${name}`, () =>
      this.#core.patchNamespacedPod(
        { namespace, name, body: { metadata: { annotations: { [annotation]: value } } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      ),
    );
  }

  async configMap(namespace: string, name: string, key: string): Promise<ConfigMapFacts> {
    return this.#ask(`ConfigMap ${namespace}/${name}`, async () => {
      const { data, binaryData, immutable } = await this.#core.readNamespacedConfigMap({ namespace, name });
      const binary = binaryData?.[key];
      const text =
        data?.[key] ?? (binary === undefined ? undefined : Buffer.from(binary, 'base64').toString());
      const bytes = [...Object.entries(data ?? {}), ...Object.entries(binaryData ?? {})]
        .map(([one, value]) => Buffer.byteLength(one) + Buffer.byteLength(value))
        .reduce((sum, size) => sum + size, 0);
      return { isImmutable: immutable ?? false, bytes, text };
    });
  }

  #pod(namespace: string, name: string): Promise<PodFacts> {
    return this.#ask(`pod ${namespace}/${name}`, async () =>
      podFacts(await this.#core.readNamespacedPod({ namespace, name })),
    );
  }

  async #list(namespace: string | undefined, selector: string | undefined): Promise<readonly PodFacts[]> {
    const pods: PodFacts[] = [];
    let next: string | undefined;
    do {
      const page = {
        limit: pageSize,
        ...(selector === undefined ? {} : { labelSelector: selector }),
        ...(next === undefined ? {} : { _continue: next }),
      };
      const { items, metadata } = await (namespace === undefined
        ? this.#core.listPodForAllNamespaces(page)
        : this.#core.listNamespacedPod({ namespace, ...page }));
      pods.push(...items.map(podFacts));
      // oxlint-disable-next-line no-underscore-dangle -- the client's name for `continue`
      next = metadata?._continue;
    } while (next !== undefined && next !== '');
    return pods;
  }

  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw new KubeError(`${what}: ${reason(cause)}`, { cause });
    }
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof ApiException)) return unreachable(cause);
  const said = saidBy(cause.body);
  switch (cause.code) {
    case 401:
      return 'the cluster does not accept your credentials: log in again, or choose another --context';
    case 403:
      return `not allowed${said}: ask for the right to get pods, pods/proxy and configmaps there`;
    case 404:
      return `not found${said}: look at --namespace and --context`;
    default:
      return `HTTP ${cause.code}${said}`;
  }
}

function unreachable(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (inner instanceof Error && inner.name === 'TimeoutError') return `no answer within ${callMs / 1000} s`;
  return message(inner);
}

/** What the API server says in a Status object, or the gateway behind it in its error body. */
function saidBy(body: unknown): string {
  const parsed = typeof body === 'string' ? parsedJson(body) : body;
  const object = parsed === undefined ? body : parsed; // what is no JSON is shown as it is
  if (typeof object === 'object' && object !== null && 'message' in object)
    return ` (${String(object.message)})`;
  return typeof object === 'string' && object !== '' ? ` (${object.slice(0, 200)})` : '';
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
