import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Bench, Row } from '../bench.ts';
import { Child } from '../child.ts';
import { compared, type RowResult } from '../figure.ts';
import { spread } from '../statistics.ts';

const timing = z.strictObject({ name: z.enum(['metrics', 'metrics and line']), us: z.number() });

const barUs = 4;

/** What it costs to count a finished exchange and to write its log line. */
export const telemetryCost: Row = {
  id: 'telemetry',
  title: 'Cost of metrics and log line per call',
  async measure(bench): Promise<RowResult> {
    const timings = await timeTelemetry(bench);
    const of = (wanted: string) => spread(timings.filter(({ name }) => name === wanted).map(({ us }) => us));
    return {
      figures: [
        compared('telemetry.metrics', 'metrics alone', 'us', of('metrics')),
        {
          id: 'telemetry.both',
          what: 'metrics and one JSON log line',
          unit: 'us',
          spread: of('metrics and line'),
          bar: barUs,
          stretch: undefined,
        },
      ],
      notes: [
        'CPU time in process of recording finished exchanges, collection of garbage and writing to /dev/null included; the loop around it is taken off',
      ],
    };
  },
};

async function timeTelemetry({ programs, scale }: Bench): Promise<readonly z.infer<typeof timing>[]> {
  const command = programs.command('telemetry-timing', scale.promptMs * 3, scale.rounds);
  await using child = new Child({
    name: 'the timing of the telemetry',
    command,
    core: 'gateway',
    stdout: 'pipe',
  });
  const { stdout } = child.process;
  if (stdout === null) throw new Error('the timing of the telemetry has no output');
  const timings: z.infer<typeof timing>[] = [];
  for await (const line of createInterface({ input: stdout })) timings.push(timing.parse(JSON.parse(line)));
  if (timings.length < 2 * scale.rounds) await child.died();
  return timings;
}
