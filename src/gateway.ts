import { randomBytes } from 'node:crypto';
import { type HealthState, type Phase, probe } from './admin/health.ts';
import { AdminServer } from './admin/server.ts';
import { statusDocument } from './admin/status.ts';
import { AuditKeeper } from './audit/keeper.ts';
import { auditEvent } from './audit/reload-event.ts';
import { StdoutTrail } from './audit/trail.ts';
import { AuditTrails } from './audit/trails.ts';
import type { Config } from './config/config.ts';
import type { Issue } from './config/issue.ts';
import { ConfigKeeper } from './config/keeper.ts';
import type { SourceReading } from './config/source.ts';
import type { SourceWatch } from './config/watch.ts';
import type { Gateway, GatewayOptions } from './gateway-options.ts';
import { cannotStart, GatewayStartError } from './gateway-start-error.ts';
import { type Address, formatAddress, isLoopback } from './http/address.ts';
import { bind, bindData, BindError } from './http/bind.ts';
import { BufferBudget } from './http/body.ts';
import { drain } from './http/drain.ts';
import { requestIds } from './http/request-ids.ts';
import { DataServer } from './http/server.ts';
import { serverLimits } from './http/server-limits.ts';
import { fingerprintWith } from './policy/fingerprint.ts';
import { policyKinds } from './policy/kinds.ts';
import { type ReloadEvent, Reloader } from './runtime/reloader.ts';
import { Runtime } from './runtime/runtime.ts';
import { compile, type Snapshot } from './runtime/snapshot.ts';
import { SimulatorOnDemand } from './simulator/on-demand.ts';
import { logReload } from './telemetry/reload-line.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { TargetStates } from './upstream/target-states.ts';
import { version } from './version.ts';

/** Starts a gateway: resolves when it serves, throws GatewayStartError when it cannot. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new RunningGateway(options);
  try {
    await gateway.start();
  } catch (error) {
    await gateway.shut(); // what is open already would keep the process alive
    throw error;
  }
  return gateway;
}

// The port stays open this long after the last exchange.
const lameDuckMs = 2000;

class RunningGateway implements Gateway {
  dataUrl = '';
  adminUrl = '';
  readonly #options: GatewayOptions;
  readonly #telemetry: Telemetry;
  readonly #targets = new TargetStates();
  readonly #simulator = new SimulatorOnDemand();
  readonly #config: ConfigKeeper;
  readonly #runtime: Runtime<Snapshot>;
  readonly #reloader: Reloader<Config, Snapshot, Issue>;
  #phase: Phase = 'starting';
  #data: DataServer | undefined;
  readonly #admin: AdminServer;
  readonly #audit: AuditKeeper;
  readonly #budget: BufferBudget;
  readonly #startedAt = performance.now();
  #addresses: readonly Address[] = [];
  #watch: SourceWatch | undefined;
  #isWatchDegraded = false;
  #adminAddress: Address | undefined;
  #reading: Promise<void> = Promise.resolve();
  #auditReady: Promise<void> = Promise.resolve();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#telemetry = new Telemetry({
      log: options.log,
      outputFd: options.outputFd,
      policies: policyKinds.map(({ kind }) => kind),
      inFlight: () => this.#data?.inFlight ?? 0,
      config: () => ({ ...this.#reloader.status(), isWatchDegraded: this.#isWatchDegraded }),
    });
    this.#config = new ConfigKeeper({
      path: options.policyConfig,
      places: { env: options.env, directory: options.secretsDir },
      kinds: policyKinds,
      failMode: options.failMode,
      simulateMissingKeys: options.simulateMissingKeys,
      isInPod: options.env['KUBERNETES_SERVICE_HOST'] !== undefined,
    });
    this.#runtime = new Runtime((snapshot) => this.#retire(snapshot));
    this.#reloader = new Reloader({
      load: (read) => this.#config.load(read),
      compile: ({ config, read, generation }) => this.#compile(config, read.hash, generation),
      runtime: this.#runtime,
      report: (event) => this.#report(event),
      now: Date.now,
    });
    this.#budget = new BufferBudget(options.maxBufferedBytes);
    this.#audit = new AuditKeeper({
      stdout: new StdoutTrail(this.#telemetry.output),
      files: new AuditTrails(Date.now),
      now: Date.now,
      onError: (error) => this.#telemetry.log.error('audit', 'a record could not be stored', {}, error),
    });
    this.#admin = new AdminServer({
      health: () => this.#health(),
      metrics: () => this.#telemetry.scrape(),
      status: () => this.#status(),
      onError: (error) => this.#telemetry.log.error('admin', 'a page could not be made', {}, error),
    });
  }

  async start(): Promise<void> {
    await this.#apply(await this.#config.read());
    const { trouble } = this.#reloader.status();
    const snapshot = this.#runtime.current;
    if (trouble !== undefined || snapshot === undefined)
      throw cannotStart(this.#options.policyConfig, trouble);
    await this.#openRecords(snapshot);
    this.#data = this.#createData(snapshot);
    await this.#bind(this.#data);
    this.#phase = 'serving';
    this.#telemetry.log.info('gateway', 'serving', {
      listen: this.#addresses.map(formatAddress),
      admin: this.adminUrl,
      version,
    });
    const { log } = this.#telemetry;
    this.#watch = this.#config.follow(
      (reading) => {
        this.#apply(reading).catch((error: unknown) => log.error('config', 'reload failed', {}, error));
      },
      (isDegraded, cause) => this.#noteWatch(isDegraded, cause),
      this.#options.reload,
    );
  }

  print(text: string): void {
    this.#telemetry.output.log(text);
  }

  async stop(): Promise<void> {
    if (this.#phase !== 'serving' || this.#data === undefined) return;
    this.#phase = 'draining';
    this.#telemetry.log.info('gateway', 'draining', { open: this.#data.inFlight });
    await this.#watch?.close();
    const interrupted = await drain(this.#data, { deadlineMs: this.#options.drainMs, lameDuckMs });
    if (interrupted > 0)
      this.#telemetry.log.warn('gateway', 'interrupted at the drain deadline', { interrupted });
    await this.#data.close(); // the last exchange is recorded before the end is
    const { current } = this.#runtime;
    if (current !== undefined)
      await this.#audit.note(current, { kind: 'stop', at: Date.now(), reason: 'signal' });
    await this.shut();
  }

  /** Closes whatever is open, served or not. */
  async shut(): Promise<void> {
    await this.#data?.close();
    await this.#audit.close();
    await this.#targets.close();
    await this.#simulator.close();
    await this.#admin.close();
    this.#phase = 'stopped';
    this.#telemetry.log.info('gateway', 'stopped');
    await this.#telemetry.close();
  }

  /** Readings are taken one after the other: starting the simulator may take a moment. */
  #apply(reading: SourceReading): Promise<void> {
    const applied = this.#reading.then(async () => {
      if (this.#config.mayNeedSimulator(reading)) await this.#simulator.start();
      this.#reloader.offer(reading);
    });
    // The next reading is taken whatever became of this one.
    this.#reading = applied.catch(() => undefined);
    return applied;
  }

  #compile(config: Config, hash: string, generation: number): Snapshot {
    const placed = { ...config, targets: config.targets.map((spec) => this.#simulator.place(spec)) };
    const stateOf = this.#targets.stateOf.bind(this.#targets);
    const snapshot = compile({ config: placed, hash, generation, kinds: policyKinds, stateOf });
    // Held before the swap: retiring the one before must not close what both share. Nothing can fail from here on.
    this.#targets.hold(snapshot.targets);
    this.#auditReady = this.#audit.hold(snapshot);
    this.#auditReady.catch(() => undefined); // logged by the keeper; calls then fail or pass as on_error says
    for (const { spec } of snapshot.targets) this.#telemetry.metrics.admitTarget(spec);
    return snapshot;
  }

  #retire(snapshot: Snapshot): void {
    this.#targets.release(snapshot.targets);
    void this.#audit.release(snapshot);
    for (const { spec } of snapshot.targets) this.#telemetry.metrics.retireTarget(spec.id);
    this.#telemetry.log.debug('config', 'generation retired', { generation: snapshot.generation });
  }

  #report(event: ReloadEvent<Issue>): void {
    if (event.kind === 'applied' || event.kind === 'rejected') this.#telemetry.metrics.reloaded(event.kind);
    logReload(event, this.#options.policyConfig, this.#telemetry.log);
    const { current } = this.#runtime;
    const noted = auditEvent(event, Date.now());
    if (noted !== undefined && current !== undefined) void this.#audit.note(current, noted);
    if (event.kind === 'applied' && current !== undefined) this.#data?.setLimits(serverLimits(current));
  }

  #noteWatch(isDegraded: boolean, cause: unknown): void {
    this.#isWatchDegraded = isDegraded;
    const { log } = this.#telemetry;
    if (isDegraded)
      log.warn('config', 'file events are not to be had; changes are found by polling', {}, cause);
    else log.info('config', 'file events are back');
  }

  async #openRecords(snapshot: Snapshot): Promise<void> {
    try {
      await this.#auditReady;
    } catch (error) {
      const message = 'the audit records cannot be stored: see the path of audit-logger';
      throw new GatewayStartError(message, this.#options.policyConfig, [], { cause: error });
    }
    await this.#audit.note(snapshot, { kind: 'start', at: Date.now(), version });
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
    for (const address of this.#addresses.filter(({ host }) => !isLoopback(host))) {
      this.#telemetry.log.warn(
        'gateway',
        `${formatAddress(address)} can be reached from outside this pod, and asks for no credential`,
      );
    }
  }

  #createData(snapshot: Snapshot): DataServer {
    const { maxConcurrency, env } = this.#options;
    const key = env['KT_FINGERPRINT_KEY'] ?? randomBytes(32);
    return new DataServer({
      limits: serverLimits(snapshot),
      maxConcurrency,
      budget: this.#budget,
      fingerprint: fingerprintWith(key),
      newId: requestIds(),
      acquire: () => this.#runtime.lease(),
      isDraining: () => this.#phase === 'draining',
      record: (finished) => this.#telemetry.record(finished),
      onError: (error, exchange) =>
        this.#telemetry.log.error('gateway', 'exchange failed', { request_id: exchange.id }, error),
      commitAudit: (pinned, finished) => this.#audit.commit(pinned, finished),
      health: (path) => {
        const { status, document } = probe(path, this.#health());
        return { status, body: JSON.stringify(document) };
      },
    });
  }

  #health(): HealthState {
    return {
      phase: this.#phase,
      isDegraded: this.#isWatchDegraded || !this.#reloader.status().lastReloadSuccessful,
      version,
      uptimeSeconds: this.#uptimeSeconds(),
      policiesLoaded: this.#runtime.current?.chain.length ?? 0,
      requestsProcessed: this.#telemetry.processed,
    };
  }

  #status(): object {
    const { maxConcurrency, maxBufferedBytes, drainMs } = this.#options;
    const { current } = this.#runtime;
    const reload = this.#reloader.status();
    return statusDocument({
      health: this.#health(),
      config: { ...reload, isWatchDegraded: this.#isWatchDegraded },
      issues: reload.issues,
      targets: current?.targets.map(({ spec, state }) => ({ ...spec, ...state.observed() })) ?? [],
      leases: this.#runtime.openLeases(),
      limits: { ...current?.config.limits, maxConcurrency, maxBufferedBytes, drainMs },
      listening: {
        data: this.#addresses,
        admin: this.#adminAddress === undefined ? [] : [this.#adminAddress],
      },
      output: this.#telemetry.output,
    });
  }

  #uptimeSeconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }
}
