import { AuditKeeper } from './audit/keeper.ts';
import { auditEvent } from './audit/event.ts';
import { StdoutTrail } from './audit/trail.ts';
import { AuditTrails } from './audit/trails.ts';
import type { Config } from './config/config.ts';
import type { Issue } from './config/issue.ts';
import { ConfigKeeper } from './config/keeper.ts';
import type { SourceReading } from './config/source.ts';
import type { SourceWatch } from './config/watch.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { GatewayStartError } from './gateway-start-error.ts';
import { weakenings } from './config/weaker.ts';
import { notGranted } from './config/whole-file.ts';
import { policyKinds } from './policy/kinds.ts';
import { type CompileInput, type ReloadEvent, Reloader, type ReloadStatus } from './runtime/reloader.ts';
import { Runtime } from './runtime/runtime.ts';
import { compile, type Snapshot } from './runtime/snapshot.ts';
import { SimulatorOnDemand } from './simulator/on-demand.ts';
import type { ConfigStanding } from './telemetry/read-metrics.ts';
import { logNotes, logReload, logSeam } from './telemetry/event-lines.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { Asker } from './upstream/asker.ts';
import { TargetStates } from './upstream/target-states.ts';

/**
 * Follows the configuration: every version becomes a snapshot or a report of why not, and what a generation needs
 * (targets, records, metric series, the simulator) is held from its swap until it retires.
 */
export class Generations {
  readonly audit: AuditKeeper;
  readonly outside: Asker;
  readonly runtime = new Runtime<Snapshot>((snapshot) => this.#retire(snapshot));
  readonly #options: GatewayOptions;
  readonly #telemetry: Telemetry;
  readonly #targets = new TargetStates();
  readonly #simulator = new SimulatorOnDemand();
  readonly #config: ConfigKeeper;
  readonly #reloader: Reloader<Config, Snapshot, Issue>;
  #onSwap: ((snapshot: Snapshot) => void) | undefined;
  #watch: SourceWatch | undefined;
  #isWatchDegraded = false;
  #reading: Promise<void> = Promise.resolve();
  #auditReady: Promise<void> = Promise.resolve();

  constructor(options: GatewayOptions, telemetry: Telemetry) {
    this.#options = options;
    this.#telemetry = telemetry;
    this.outside = new Asker({
      now: () => performance.now(),
      record: (question) => telemetry.metrics.questioned(question),
    });
    this.#config = new ConfigKeeper({
      path: options.policyConfig,
      places: { env: options.env, directory: options.secretsDir },
      kinds: policyKinds,
      options,
      isInPod: options.env['KUBERNETES_SERVICE_HOST'] !== undefined,
    });
    this.#reloader = new Reloader({
      load: (read) => this.#config.load(read),
      weakenings,
      compile: (input) => this.#compile(input),
      runtime: this.runtime,
      report: (event) => this.#report(event),
      now: Date.now,
    });
    this.audit = new AuditKeeper({
      stdout: new StdoutTrail(telemetry.output),
      files: new AuditTrails(Date.now, (seam) => {
        telemetry.metrics.seam(seam.reason);
        logSeam(seam, telemetry.log);
      }),
      now: Date.now,
      onError: (error) => telemetry.log.error('audit', 'a record could not be stored', {}, error),
    });
  }

  get current(): Snapshot | undefined {
    return this.runtime.current;
  }

  /** How well the records of calls are kept now: `refused`, and no call passes without its record. */
  auditStanding(): ReturnType<AuditKeeper['standing']> {
    return this.audit.standing(this.current?.generation ?? 0);
  }

  status(): ReloadStatus<Issue> & ConfigStanding {
    return { ...this.#reloader.status(), isWatchDegraded: this.#isWatchDegraded };
  }

  /** Takes the first version. Throws GatewayStartError where there is nothing to run. */
  async start(): Promise<Snapshot> {
    const { policyConfig } = this.#options;
    await this.#apply(await this.#config.read());
    const status = this.#reloader.status();
    const snapshot = this.runtime.current;
    if (status.trouble !== undefined || snapshot === undefined) throw cannotStart(policyConfig, status);
    try {
      await this.#auditReady;
    } catch (cause) {
      const message = `the audit records cannot be stored: ${auditHint(cause)}`;
      throw new GatewayStartError(message, policyConfig, [], { cause });
    }
    return snapshot;
  }

  /** Follows the files from now on; `onSwap` hears of each snapshot that becomes current. */
  follow(onSwap: (snapshot: Snapshot) => void): void {
    const { log } = this.#telemetry;
    this.#onSwap = onSwap;
    if (this.current !== undefined) warmSoon(this.current);
    this.#watch = this.#config.follow(
      (reading) => {
        this.#apply(reading).catch((error: unknown) => log.error('config', 'reload failed', {}, error));
      },
      (isDegraded, cause) => this.#noteWatch(isDegraded, cause),
      { ...this.#options.reload, weakens: (read) => this.#reloader.weakens(read) },
    );
  }

  async unfollow(): Promise<void> {
    await this.#watch?.close();
    this.#watch = undefined;
  }

  async close(): Promise<void> {
    await this.unfollow();
    await this.audit.close();
    await this.#targets.close();
    await this.outside.close();
    await this.#simulator.close();
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

  #compile(input: CompileInput<Config, Snapshot>): Snapshot {
    const snapshot = compile({
      ...input,
      config: this.#simulator.placeAll(input.config),
      kinds: policyKinds,
      outside: this.outside,
      stateOf: this.#targets.stateOf.bind(this.#targets),
    });
    // Held before the swap: retiring the one before must not close what both share. Nothing can fail from here on.
    this.#targets.hold(snapshot.targets);
    this.outside.hold(snapshot.advisers);
    this.#telemetry.metrics.admitAdvisers(snapshot.advisers);
    this.#auditReady = this.audit.hold(snapshot);
    this.#auditReady.catch(() => undefined); // logged by the keeper; calls then fail or pass as on_error says
    for (const { spec } of snapshot.targets) this.#telemetry.metrics.admitTarget(spec);
    return snapshot;
  }

  #retire(snapshot: Snapshot): void {
    this.#targets.release(snapshot.targets);
    this.outside.release(snapshot.advisers);
    this.#telemetry.metrics.retireAdvisers(snapshot.advisers);
    void this.audit.release(snapshot);
    for (const { spec } of snapshot.targets) this.#telemetry.metrics.retireTarget(spec);
    this.#telemetry.log.debug('config', 'generation retired', { generation: snapshot.generation });
  }

  #report(event: ReloadEvent<Issue>): void {
    if (event.kind === 'applied' || event.kind === 'rejected') this.#telemetry.metrics.reloaded(event.kind);
    if (event.kind === 'applied') this.#telemetry.metrics.weakened(event.weakened.length);
    logReload(event, this.#options.policyConfig, this.#telemetry.log);
    if (event.kind === 'rejected') logNotes(this.#reloader.status().notes, this.#telemetry.log);
    const { current } = this.runtime;
    this.#telemetry.metrics.exportsCallback = current?.config.exportsCallbackMetrics ?? false;
    const noted = auditEvent(event, Date.now());
    if (noted !== undefined && current !== undefined) void this.audit.note(current, noted);
    if (event.kind !== 'applied' || current === undefined || this.#onSwap === undefined) return;
    this.#onSwap(current);
    warmSoon(current);
  }

  #noteWatch(isDegraded: boolean, cause: unknown): void {
    const { log } = this.#telemetry;
    this.#isWatchDegraded = isDegraded;
    if (isDegraded) log.warn('config', 'cannot watch files; changes are found by polling', {}, cause);
    else log.info('config', 'watching files again');
  }
}

function auditHint(cause: unknown): string {
  const path = notGranted(cause instanceof Error ? (cause.cause ?? cause) : cause);
  if (path === undefined) return 'see the path of audit-logger';
  return `under Node's --permission, add --allow-fs-read=${path} --allow-fs-write=${path}`;
}

/** Why the first configuration could not be applied. */
function cannotStart(file: string, { trouble, notes }: ReloadStatus<Issue>): GatewayStartError {
  if (trouble?.kind !== 'rejected')
    return new GatewayStartError(`${file}: ${trouble?.reason ?? 'no configuration'}`, file, []);
  const { issues, cause } = trouble;
  const message = issues.length > 0 ? `${file} is not valid` : `${file} cannot be compiled: ${String(cause)}`;
  // Why a file could not be read is no issue of the document, and yet what has to be mended.
  const reasons = notes.filter(({ kind }) => kind === 'unreadable').map((note) => `${note.message}\n`);
  return new GatewayStartError(`${reasons.join('')}${message}`, file, issues, { cause });
}

// A pod's first probes and calls come before this is needed, and must not wait for it.
const warmPauseMs = 200;

/**
 * Has each policy do a moment later what its first text would have to wait for; the loop turns between one and the
 * next. A call that comes sooner does it itself.
 */
function warmSoon({ chain }: Snapshot): void {
  const cold = chain.filter(({ policy }) => policy.warm !== undefined);
  cold.forEach(({ policy }, at) => setTimeout(() => policy.warm?.(), warmPauseMs * (at + 1)).unref());
}
