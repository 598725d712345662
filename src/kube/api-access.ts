import {
  ApiException,
  type Configuration,
  createConfiguration,
  KubeConfig,
  ServerConfiguration,
} from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

export interface ClusterOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** The way to an API server: with the rights of a kubeconfig's user, or those of the pod this runs in. */
export interface ApiAccess {
  readonly config: KubeConfig;
  /** The same, read again: a pod's own token is replaced every hour. */
  readonly open: () => KubeConfig;
  /** For the classes of the client. Each call ends within `callMs`. */
  readonly calls: Configuration;
}

export const callMs = 10_000;

export function openApi(options: ClusterOptions): ApiAccess {
  const config = readKubeconfig(options);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new KubeError(
      'the kubeconfig names no current cluster: give --context, or kubectl config use-context',
    );
  const calls = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (call) => {
          call.setSignal(AbortSignal.timeout(callMs));
          return call;
        },
        post: async (answer) => answer,
      },
    ],
  });
  return { config, open: () => readKubeconfig(options), calls };
}

/** The status that the API server answered with; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** What the call gives; undefined where there is no such object. */
export async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function readKubeconfig({ kubeconfig, context }: ClusterOptions): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KubeError(`the kubeconfig cannot be used: ${reason}`, { cause });
  }
  if (context === undefined) return config;
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new KubeError(`the kubeconfig has no context "${context}"; it has ${known.join(', ') || 'none'}`);
  }
  config.setCurrentContext(context);
  return config;
}
