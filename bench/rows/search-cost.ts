import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Bench, Row } from '../bench.ts';
import { Child } from '../child.ts';
import type { Figure, RowResult } from '../figure.ts';
import { searchedTexts, searches } from '../searches.ts';
import { spread } from '../statistics.ts';

const timing = z.strictObject({ name: z.string(), text: z.string(), usPerKb: z.number() });
type Timing = z.infer<typeof timing>;

const bytes = 10_240;

/** What it costs to look for terms and patterns of whoever wrote the configuration, in process. */
export const searchCost: Row = {
  id: 'searches',
  title: 'Cost of terms and patterns of your own per KB of prose',
  async measure(bench): Promise<RowResult> {
    const timings = await timeSearches(bench);
    const notes = [
      'CPU time in process of a guard over one text of 10 KB, median of batches, every automaton warm',
      ...searches.map(({ name }) => `${name}: ${tabulate(timings.filter((one) => one.name === name))}`),
    ];
    return { figures: searches.map((search) => figureOf(search, timings)), notes };
  },
};

async function timeSearches({ programs, scale }: Bench): Promise<readonly Timing[]> {
  const command = programs.command('search-timing', scale.promptMs, bytes);
  await using child = new Child({ name: 'the timing of searches', command, core: 'gateway', stdout: 'pipe' });
  const { stdout } = child.process;
  if (stdout === null) throw new Error('the timing of searches has no output');
  const timings: Timing[] = [];
  for await (const line of createInterface({ input: stdout })) timings.push(timing.parse(JSON.parse(line)));
  if (timings.length < searches.length * searchedTexts.length) await child.died();
  return timings;
}

function figureOf({ name, bar }: (typeof searches)[number], timings: readonly Timing[]): Figure {
  const prose = timings.filter((one) => one.name === name && one.text === 'prose');
  return {
    id: `searches.${name.replaceAll(/[^a-z0-9]+/g, '-')}`,
    what: `per KB of prose, ${name}`,
    unit: 'us',
    spread: spread(prose.map(({ usPerKb }) => usPerKb)),
    bar,
    stretch: bar === undefined ? undefined : bar / 4,
  };
}

function tabulate(timings: readonly Timing[]): string {
  return `${timings.map(({ text, usPerKb }) => `${text} ${usPerKb.toFixed(1)}`).join(', ')} us per KB`;
}
