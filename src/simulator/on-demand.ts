import type { Config, TargetSpec } from '../config/config.ts';
import { at } from '../config/target-url.ts';
import type { Simulator } from './simulator.ts';

/** The built-in simulator, loaded and started when a configuration first needs it. */
export class SimulatorOnDemand {
  #simulator: Simulator | undefined;

  async start(): Promise<void> {
    if (this.#simulator !== undefined) return;
    const { startSimulator } = await import('./simulator.ts');
    this.#simulator = await startSimulator({ host: '127.0.0.1', port: 0, quiet: true });
  }

  /** The configuration with the simulator's address where it is needed. */
  placeAll(config: Config): Config {
    return { ...config, targets: config.targets.map((spec) => this.#place(spec)) };
  }

  #place(spec: TargetSpec): TargetSpec {
    if (!spec.simulated) return spec;
    if (this.#simulator === undefined)
      throw new Error(`target "${spec.id}" needs the simulator, which is not running`);
    return at(spec, `${this.#simulator.url}/v1`);
  }

  async close(): Promise<void> {
    await this.#simulator?.close();
  }
}
