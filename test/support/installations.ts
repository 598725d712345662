import type { InstallationFacts } from '../../src/kube/installation.ts';

/** A cluster that has nothing of ours, and may be looked at. */
export const nothingInstalled: InstallationFacts = {
  webhooks: { kind: 'known', value: [] },
  policies: { kind: 'known', value: [] },
  controllers: { kind: 'known', value: [] },
  namespaceLabel: { kind: 'known', value: undefined },
  scalers: { kind: 'known', value: [] },
  aheadSeconds: { kind: 'known', value: 0 },
};
