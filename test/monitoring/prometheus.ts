import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Cleanup } from '../support/cleanup.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { freePort } from '../support/free-port.ts';

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
});
const Range = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});
export type Series = z.infer<typeof Range>['data']['result'][number];

/** Labels that a PodMonitor gives. */
export const podLabels = { namespace: 'demo', pod: 'app-1', container: 'kt-sidecar' };

/** A real Prometheus that scrapes one address every second, with the rules of the chart. */
export class Prometheus {
  readonly #url: string;

  private constructor(url: string) {
    this.#url = url;
  }

  static async start(t: Cleanup, target: string, rules: string): Promise<Prometheus> {
    const folder = await temporaryDirectory(t);
    const port = await freePort();
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rules],
      scrape_configs: [{ job_name: 'kt', static_configs: [{ targets: [target], labels: podLabels }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    const child = spawn(process.env['PROMETHEUS'] ?? 'prometheus', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`);
    await prometheus.#ready();
    return prometheus;
  }

  /** How many series a query has an answer for now. Throws where it is no query. */
  async count(query: string): Promise<number> {
    const response = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${query}: ${text}`);
    return Answer.parse(JSON.parse(text)).data.result.length;
  }

  async range(query: string, seconds: number): Promise<readonly Series[]> {
    const end = Date.now() / 1000;
    const span = `start=${end - seconds}&end=${end}&step=1`;
    const response = await fetch(
      `${this.#url}/api/v1/query_range?query=${encodeURIComponent(query)}&${span}`,
    );
    return Range.parse(await response.json()).data.result;
  }

  async #ready(): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      const response = await fetch(`${this.#url}/-/ready`).catch(() => undefined);
      if (response?.ok) return;
      await wait(50);
    }
    throw new Error('Prometheus does not become ready');
  }
}
