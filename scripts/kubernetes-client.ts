import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

const name = '@kubernetes/client-node';

/** What `src/kube` uses of it. The rest, nine tenths, stays out of the bundle. */
const used = [
  'AdmissionregistrationV1Api',
  'ApiException',
  'AppsV1Api',
  'CoordinationV1Api',
  'CoreV1Api',
  'createConfiguration',
  'EventsV1Api',
  'KubeConfig',
  'PatchStrategy',
  'ServerConfiguration',
  'setHeaderOptions',
  'V1MicroTime',
  'VersionApi',
];

/** Bundled by itself: it shares no chunk with the gateway, which must never load any of it, and has the whole of undici. */
export function kubernetesClient(root: string, dist: string): BuildOptions {
  return {
    stdin: { contents: `export { ${used.join(', ')} } from '${name}';`, resolveDir: root },
    outfile: join(dist, 'kubernetes-client.js'),
  };
}

/** Takes the place of the package in `kt` itself. Only lazy chunks can have it: their folder is what the path starts from. */
export const separateKubernetesClient: Plugin = {
  name: 'separate-kubernetes-client',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({
      path: '../kubernetes-client.js',
      external: true,
    }));
  },
};
