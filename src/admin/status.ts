import type { Limits, TargetSpec } from '../config/config.ts';
import type { WrittenDocument } from '../config/schema.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { type Address, formatAddress } from '../http/address.ts';
import type { OutputQueue } from '../telemetry/output-queue.ts';
import type { ConfigStanding } from '../telemetry/read-metrics.ts';
import type { StatusDocument } from '../record/status-document.ts';
import type { AdviserStanding } from '../upstream/asker.ts';
import type { Counts } from '../upstream/observed.ts';
import type { TargetState } from '../upstream/target.ts';
import type { HealthState } from './health.ts';

/** Where a target is and what was seen of it; never a credential. */
type StatusTarget = Pick<TargetSpec, 'id' | 'provider' | 'model' | 'origin' | 'available' | 'pricing'> &
  Pick<TargetState, 'misconfigured'> &
  Counts;

export interface StatusParts {
  readonly health: HealthState;
  readonly config: ConfigStanding;
  /** As far as they may be shown: an excerpt quotes the file and stays out. */
  readonly issues: readonly StatusDocument['config']['issues'][number][];
  readonly targets: readonly StatusTarget[];
  /** Other services that policies ask. */
  readonly advisers: readonly AdviserStanding[];
  /** Open leases by generation, the current one included. */
  readonly leases: ReadonlyMap<number, number>;
  /** Undefined before there is a configuration. */
  readonly limits: Limits | undefined;
  /** The limits of the process, from its flags. */
  readonly processLimits: Pick<GatewayOptions, 'maxConcurrency' | 'maxBufferedBytes' | 'drainMs'>;
  readonly listening: { readonly data: readonly Address[]; readonly admin: readonly Address[] };
  readonly output: Pick<OutputQueue, 'dropped' | 'heldBytes' | 'failure'>;
  /** Bytes of bodies and answers that exchanges hold now. */
  readonly bufferedBytes: number;
  /** The file of client tokens cannot be used as it is now. */
  readonly areClientTokensStale: boolean;
  /** Audit records cannot be stored now. */
  readonly isAuditFailing: boolean;
  readonly tracing: StatusDocument['tracing'];
}

/** The document of `/status`. It names fields one by one: nothing gets in because it happened to be in an object. */
export function statusDocument(parts: StatusParts): StatusDocument {
  const { health, config, listening } = parts;
  return {
    version: health.version,
    phase: health.phase,
    uptime_seconds: Math.floor(health.uptimeSeconds),
    config: configDocument(parts),
    targets: parts.targets.map(targetDocument),
    advisers: parts.advisers.map(adviserDocument),
    leases: Object.fromEntries([...parts.leases].filter(([generation]) => generation !== config.generation)),
    exchanges_on_current: parts.leases.get(config.generation) ?? 0,
    buffered_bytes: parts.bufferedBytes,
    limits: limitsDocument(parts),
    listening: { data: listening.data.map(formatAddress), admin: listening.admin.map(formatAddress) },
    output: { dropped_lines: parts.output.dropped, held_bytes: parts.output.heldBytes },
    tracing: parts.tracing,
    degraded: degraded(parts),
  };
}

/** Why the gateway is not as it should be, in a closed set of words; empty when all is well. */
export function degraded(parts: StatusParts): StatusDocument['degraded'] {
  const { config, output, areClientTokensStale, targets, isAuditFailing } = parts;
  const flags: string[] = [];
  if (!config.lastReloadSuccessful) flags.push('config_not_applied');
  if (config.isWatchDegraded) flags.push('watch');
  if (output.failure !== undefined) flags.push('output');
  if (areClientTokensStale) flags.push('client_tokens');
  if (targets.some(({ misconfigured }) => misconfigured !== undefined)) flags.push('target_misconfigured');
  if (isAuditFailing) flags.push('audit');
  return flags;
}

/** By their names in the configuration and among the flags. */
function limitsDocument({ limits, processLimits }: StatusParts): Readonly<Record<string, number>> {
  const { maxConcurrency, maxBufferedBytes, drainMs } = processLimits;
  return {
    ...(limits === undefined ? {} : configuredLimits(limits)),
    max_concurrency: maxConcurrency,
    max_buffered_bytes: maxBufferedBytes,
    drain_seconds: drainMs / 1000,
  };
}

function configuredLimits(limits: Limits): Readonly<Record<keyof WrittenDocument['limits'], number>> {
  return {
    body_bytes: limits.bodyBytes,
    header_bytes: limits.headerBytes,
    answer_bytes: limits.answerBytes,
    json_depth: limits.jsonDepth,
    json_nodes: limits.jsonNodes,
    hold_back_chars: limits.holdBackChars,
    sse_event_bytes: limits.sseEventBytes,
    headers_seconds: limits.headersMs / 1000,
    receive_seconds: limits.receiveMs / 1000,
    keep_alive_seconds: limits.keepAliveMs / 1000,
    waiting_comment_seconds: limits.waitingCommentMs / 1000,
  };
}

function configDocument({ config, issues }: StatusParts): StatusDocument['config'] {
  return {
    generation: config.generation,
    applied_hash: config.appliedHash ?? null,
    desired_hash: config.desiredHash ?? null,
    last_reload_successful: config.lastReloadSuccessful,
    last_success: timestamp(config.lastSuccessAt),
    desired_since: timestamp(config.desiredSince),
    weakened: config.weakened.map(({ policy, path, from, to }) => ({ policy, path, from, to })),
    issues: issues.map(({ code, severity, path, message, line, column }) => ({
      code,
      severity,
      path,
      message,
      line,
      column,
    })),
  };
}

function targetDocument(target: StatusTarget): StatusDocument['targets'][number] {
  return {
    id: target.id,
    provider: target.provider,
    model: target.model,
    origin: target.origin,
    available: target.available,
    priced: target.pricing !== undefined,
    ...countsDocument(target),
    target_misconfigured: target.misconfigured ?? null,
  };
}

function adviserDocument(adviser: AdviserStanding): StatusDocument['advisers'][number] {
  return { url: adviser.url, state: adviser.state, ...countsDocument(adviser) };
}

function countsDocument({ inFlight, successes, failures, lastFailureAt }: Counts) {
  return { in_flight: inFlight, successes, failures, last_failure: timestamp(lastFailureAt) };
}

function timestamp(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}
