import { createHash } from 'node:crypto';
import { statusDocument, type StatusParts } from '../../src/admin/status.ts';

const hash = 'aa'.repeat(32);

/** The parts of a gateway's status, with nothing to find fault with. */
export const wellParts: StatusParts = {
  health: {
    phase: 'serving',
    isDegraded: false,
    refusesAll: false,
    version: '0.1.0',
    uptimeSeconds: 3600,
    policiesLoaded: 2,
    requestsProcessed: 7,
  },
  config: {
    generation: 3,
    appliedHash: hash,
    desiredHash: hash,
    lastReloadSuccessful: true,
    lastSuccessAt: Date.now() - 600_000,
    desiredSince: Date.now() - 600_000,
    isWatchDegraded: false,
    weakened: [],
  },
  issues: [],
  bufferedBytes: 0,
  areClientTokensStale: false,
  isAuditFailing: false,
  tracing: {
    enabled: false,
    endpoint: null,
    protocol: null,
    sampler: 'parentbased_always_on',
    exported_spans: 0,
    queued_spans: 0,
    dropped_spans: 0,
    failing: false,
  },
  advisers: [],
  targets: [
    {
      id: 'primary',
      provider: 'together',
      model: 'llama',
      origin: 'https://api.example',
      pricing: undefined,
      available: true,
      inFlight: 1,
      successes: 7,
      failures: 2,
      lastFailureAt: undefined,
      misconfigured: undefined,
    },
  ],
  leases: new Map([[3, 4]]),
  limits: undefined,
  processLimits: { maxConcurrency: 1, maxBufferedBytes: 1, drainMs: 25_000 },
  listening: { data: [{ host: '127.0.0.1', port: 41_002 }], admin: [{ host: '::', port: 41_003 }] },
  output: { dropped: 0, heldBytes: 0, failure: undefined },
};

export type Standing = 'SYNCED' | 'STALE' | 'REJECTED';

/** The document of `/status` of a gateway that stands so to its configuration, as it comes over the wire. */
export function statusOf(
  standing: Standing,
  more: Partial<StatusParts> = {},
): Readonly<Record<string, unknown>> {
  const desiredHash = standing === 'SYNCED' ? hash : 'bb'.repeat(32);
  const config = { ...wellParts.config, desiredHash, lastReloadSuccessful: standing === 'SYNCED' };
  const issue = {
    code: 'E004',
    severity: 'error',
    path: 'providers',
    message: 'expected a mapping',
    line: 3,
    column: 1,
  };
  const issues = standing === 'REJECTED' ? [issue] : [];
  return JSON.parse(JSON.stringify(statusDocument({ ...wellParts, config, issues, ...more })));
}

/** The document of a gateway that runs this content. */
export function runs(content: string): Readonly<Record<string, unknown>> {
  const applied = createHash('sha256').update(content).digest('hex');
  return statusOf('SYNCED', { config: { ...wellParts.config, appliedHash: applied, desiredHash: applied } });
}

/** The document of a gateway that refused this content. */
export function refuses(content: string): Readonly<Record<string, unknown>> {
  const desiredHash = createHash('sha256').update(content).digest('hex');
  return statusOf('REJECTED', { config: { ...wellParts.config, desiredHash, lastReloadSuccessful: false } });
}
