import { randomBytes } from 'node:crypto';
import { type HealthState, type Phase, probe } from './admin/health.ts';
import { AdminServer } from './admin/server.ts';
import { statusDocument } from './admin/status.ts';
import { type ClientTokenKeeper, startClientTokens } from './client-access.ts';
import type { Gateway, GatewayOptions } from './gateway-options.ts';
import { GatewayStartError } from './gateway-start-error.ts';
import { Generations } from './generations.ts';
import { type Address, formatAddress, isLoopback } from './http/address.ts';
import { bind, bindData, BindError } from './http/bind.ts';
import { BufferBudget } from './http/body.ts';
import { drain } from './http/drain.ts';
import { BodyDecoding } from './http/encoded-body.ts';
import { requestIds } from './http/request-ids.ts';
import { DataServer } from './http/server.ts';
import { tracedExchange } from './http/traced.ts';
import { fingerprintWith } from './policy/fingerprint.ts';
import { policyKinds } from './policy/kinds.ts';
import type { Snapshot } from './runtime/snapshot.ts';
import type { TargetStateName } from './telemetry/metric-labels.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { proxyVariables, unusedProxy } from './upstream/outbound-proxy.ts';
import type { Target } from './upstream/target.ts';
import { version } from './version.ts';

/** Starts a gateway: resolves when it serves, throws GatewayStartError when it cannot. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new RunningGateway(options);
  try {
    await gateway.start();
    return gateway;
  } catch (error) {
    await gateway.shut(); // what is open already would keep the process alive
    throw error;
  }
}

// Loading what /metrics needs takes 50 ms: not while starting, and not while a scraper waits. Scrapers come every 15 s or so.
const loadExpositionAfterMs = 5000;

const lameDuckMs = 2000; // the port stays open this long after the last exchange

class RunningGateway implements Gateway {
  dataUrl = '';
  adminUrl = '';
  readonly #options: GatewayOptions;
  readonly #telemetry: Telemetry;
  readonly #generations: Generations;
  readonly #admin: AdminServer;
  readonly #budget: BufferBudget;
  readonly #startedAt = performance.now();
  #phase: Phase = 'starting';
  #data: DataServer | undefined;
  #clientTokens: ClientTokenKeeper | undefined;
  #addresses: readonly Address[] = [];
  #adminAddress: Address | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#telemetry = new Telemetry({
      log: options.log,
      outputFd: options.outputFd,
      env: options.env,
      version,
      policies: [...policyKinds.map(({ kind }) => kind), 'uninspected'],
      inFlight: () => this.#data?.inFlight ?? 0,
      auditFailures: () => this.#generations.audit.failures,
      isAuditFailing: () => this.#generations.auditStanding() !== 'stored',
      targets: () => this.#generations.current?.targets.map(targetState) ?? [],
      advisers: () => this.#generations.outside.standing(),
      config: () => this.#generations.status(),
    });
    this.#generations = new Generations(options, this.#telemetry);
    this.#budget = new BufferBudget(options.maxBufferedBytes);
    this.#admin = new AdminServer({
      health: () => this.#health(),
      metrics: () => this.#telemetry.exposition.text(),
      status: () => this.#status(),
      onError: (error) => this.#telemetry.log.error('admin', 'a request failed', {}, error),
    });
  }

  async start(): Promise<void> {
    const snapshot = await this.#generations.start();
    await this.#generations.audit.note(snapshot, { kind: 'start', at: Date.now(), version });
    this.#clientTokens = await startClientTokens(this.#options, this.#telemetry);
    const data = this.#createData(snapshot);
    this.#data = data;
    await this.#bind(data);
    this.#phase = 'serving';
    const listen = this.#addresses.map(formatAddress);
    this.#telemetry.log.info('gateway', 'serving', { listen, admin: this.adminUrl, version });
    const unused = unusedProxy(proxyVariables(this.#options.env));
    if (unused !== undefined) this.#telemetry.log.warn('gateway', unused);
    this.#clientTokens?.follow(this.#options.reload);
    this.#telemetry.tracing.start();
    this.#generations.follow((next) => data.setLimits(next.config.limits));
    setTimeout(() => this.#loadExposition(), loadExpositionAfterMs).unref();
  }

  // A busy gateway leaves it to the first scrape. What cannot be loaded, that one will report.
  #loadExposition(): void {
    if (this.#phase !== 'serving' || this.#data?.inFlight !== 0) return;
    this.#telemetry.exposition.load().catch(() => undefined);
  }

  print(text: string): void {
    this.#telemetry.output.log(text);
  }

  async stop(): Promise<void> {
    if (this.#phase !== 'serving' || this.#data === undefined) return;
    const { log } = this.#telemetry;
    this.#phase = 'draining';
    log.info('gateway', 'draining', { open: this.#data.inFlight });
    await this.#generations.unfollow();
    const interrupted = await drain(this.#data, { deadlineMs: this.#options.drainMs, lameDuckMs });
    if (interrupted > 0) log.warn('gateway', 'interrupted at the drain deadline', { interrupted });
    await this.#data.close(); // the last exchange is recorded before the end is
    const { current, audit } = this.#generations;
    const end = { kind: 'stop', at: Date.now(), reason: 'signal' } as const;
    if (current !== undefined) await audit.note(current, end);
    await this.shut();
  }

  /** Closes whatever is open, served or not. */
  async shut(): Promise<void> {
    await this.#data?.close();
    await this.#clientTokens?.close();
    await this.#generations.close();
    await this.#telemetry.tracing.close();
    await this.#admin.close();
    this.#phase = 'stopped';
    this.#telemetry.log.info('gateway', 'stopped');
    await this.#telemetry.close();
  }

  async #bind(data: DataServer): Promise<void> {
    try {
      this.#addresses = await bindData(data, this.#options.listen);
      this.#adminAddress = await bind(this.#admin, this.#options.adminListen);
      this.adminUrl = `http://${formatAddress(this.#adminAddress)}`;
    } catch (error) {
      if (!(error instanceof BindError)) throw error;
      throw new GatewayStartError(error.message, this.#options.policyConfig, [], { cause: error });
    }
    const [first] = this.#addresses;
    if (first !== undefined) this.dataUrl = `http://${formatAddress(first)}`;
    if (this.#clientTokens !== undefined) return;
    for (const address of this.#addresses.filter(({ host }) => !isLoopback(host))) {
      this.#telemetry.log.warn(
        'gateway',
        `${formatAddress(address)} can be reached from outside this pod, and asks for no credential (--client-token-file)`,
      );
    }
  }

  #createData(snapshot: Snapshot): DataServer {
    const { maxConcurrency, env } = this.#options;
    const key = env['KT_FINGERPRINT_KEY'] ?? randomBytes(32);
    return new DataServer({
      limits: snapshot.config.limits,
      maxConcurrency,
      budget: this.#budget,
      decoding: new BodyDecoding(),
      clientTokens: this.#clientTokens,
      fingerprint: fingerprintWith(key),
      newId: requestIds(),
      acquire: () => this.#generations.runtime.lease(),
      isDraining: () => this.#phase === 'draining',
      onUnreadable: (code) => this.#telemetry.metrics.unreadable(code),
      beginTrace: (headers) => this.#telemetry.tracing.begin(headers),
      newSpanId: () => this.#telemetry.tracing.newSpanId(),
      record: (finished, exchange) => {
        this.#telemetry.record(finished);
        if (exchange.trace.isSampled) this.#telemetry.tracing.record(tracedExchange(exchange, finished));
      },
      onError: (error, exchange) =>
        this.#telemetry.log.error('gateway', 'exchange failed', { request_id: exchange.id }, error),
      commitAudit: (pinned, finished) => this.#generations.audit.commit(pinned, finished),
      health: (path) => {
        const { status, document } = probe(path, this.#health());
        return { status, body: JSON.stringify(document) };
      },
    });
  }

  #health(): HealthState {
    const audit = this.#generations.auditStanding();
    const { isWatchDegraded, lastReloadSuccessful } = this.#generations.status();
    const isStale = this.#clientTokens?.isStale === true;
    return {
      phase: this.#phase,
      refusesAll: audit === 'refused',
      isDegraded: isWatchDegraded || isStale || audit !== 'stored' || !lastReloadSuccessful,
      version,
      uptimeSeconds: (performance.now() - this.#startedAt) / 1000,
      policiesLoaded: this.#generations.current?.chain.length ?? 0,
      requestsProcessed: this.#telemetry.processed,
    };
  }

  #status(): object {
    const { current } = this.#generations;
    const config = this.#generations.status();
    return statusDocument({
      health: this.#health(),
      config,
      issues: config.issues,
      targets:
        current?.targets.map(({ spec, state }) => ({
          ...spec,
          ...state.counts(),
          misconfigured: state.misconfigured,
        })) ?? [],
      advisers: this.#generations.outside.standing(),
      leases: this.#generations.runtime.openLeases(),
      limits: current?.config.limits,
      processLimits: this.#options,
      listening: {
        data: this.#addresses,
        admin: this.#adminAddress === undefined ? [] : [this.#adminAddress],
      },
      output: this.#telemetry.output,
      bufferedBytes: this.#budget.used,
      isAuditFailing: this.#generations.auditStanding() !== 'stored',
      areClientTokensStale: this.#clientTokens?.isStale === true,
      tracing: this.#telemetry.tracing.standing(),
    });
  }
}

// An unavailable target lacks its credential and is never asked.
function targetState({ spec, state }: Target): { readonly id: string; readonly state: TargetStateName } {
  const asked = state.misconfigured === undefined ? 'available' : 'misconfigured';
  return { id: spec.id, state: spec.available ? asked : 'unavailable' };
}
