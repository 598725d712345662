import { KubeConfig } from '@kubernetes/client-node';

/** That of KUBECONFIG, read afresh. */
export function kubeConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}
