/** How far the gateway is in its life. */
export type Phase = 'starting' | 'serving' | 'draining' | 'stopped';

export interface HealthState {
  /** `serving`: a valid configuration applies and the data port is bound. */
  readonly phase: Phase;
  /** It serves, but not as it should: the configuration on disk was rejected, for instance. */
  readonly isDegraded: boolean;
  /** Every call would fail, because its audit record cannot be stored. */
  readonly refusesAll: boolean;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly policiesLoaded: number;
  readonly requestsProcessed: number;
}

export const probePaths = ['/healthz', '/readyz', '/startupz'] as const;
type ProbePath = (typeof probePaths)[number];

/**
 * Answers a probe. Liveness says only that the event loop turns: restarting would end streams and mend nothing.
 * Readiness does not depend on targets or on a rejected reload: it would take the app next to us out of its service. It
 * does where every call would fail.
 */
export function probe(path: ProbePath, state: HealthState) {
  return { status: isPassed(path, state) ? 200 : 503, document: healthDocument(state) };
}

function isPassed(path: ProbePath, { phase, refusesAll }: HealthState): boolean {
  switch (path) {
    case '/healthz':
      return true;
    case '/readyz':
      return phase === 'serving' && !refusesAll;
    case '/startupz':
      return phase !== 'starting';
  }
}

function healthDocument(state: HealthState) {
  return {
    status: verdict(state),
    phase: state.phase,
    uptime_seconds: Math.floor(state.uptimeSeconds),
    version: state.version,
    policies_loaded: state.policiesLoaded,
    requests_processed: state.requestsProcessed,
  };
}

function verdict({ phase, isDegraded, refusesAll }: HealthState): 'healthy' | 'degraded' | 'unhealthy' {
  if (refusesAll) return 'unhealthy';
  if (phase === 'serving') return isDegraded ? 'degraded' : 'healthy';
  return phase === 'draining' ? 'degraded' : 'unhealthy';
}
