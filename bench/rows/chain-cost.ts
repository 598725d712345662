import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Bench, Row } from '../bench.ts';
import { Child } from '../child.ts';
import type { Figure, RowResult } from '../figure.ts';
import { guardTimings, mostGuardedBytes, promptTexts } from '../prompts.ts';
import type { Scale } from '../scale.ts';
import { spread } from '../statistics.ts';

const timing = z.strictObject({ name: z.string(), bytes: z.number(), usPerKb: z.number() });
type Timing = z.infer<typeof timing>;

const patienceMs = 300_000;
/** Of prose, of any length. */
const guardBar = 15;

/** What a prompt costs in the compiled chain, in process, and whether that is linear in its length. */
export const chainCost: Row = {
  id: 'chain',
  title: 'Cost of the four-policy chain per KB of prompt',
  async measure(bench): Promise<RowResult> {
    const timings = await timeChain(bench);
    const notes = [
      'CPU time in process, one text, median of batches; prompt-injection and safety-filter in shadow, so that nothing is cut short by a denial',
      ...[...promptTexts, ...guardTimings].map(
        ({ name }) => `${name}: ${tabulate(timings.filter((one) => one.name === name))}`,
      ),
    ];
    const figures = [
      ...promptTexts.flatMap(({ name }) => figuresOf(bench, name, timings)),
      ...guardTimings.map(({ name }) => guardFigure(bench, name, timings)),
    ];
    return { figures, notes };
  },
};

async function timeChain({ programs, scale }: Bench): Promise<readonly Timing[]> {
  const command = programs.command('chain-timing', scale.promptMs, ...scale.promptBytes);
  await using child = new Child({
    name: 'the timing of the chain',
    command,
    core: 'gateway',
    stdout: 'pipe',
  });
  const { stdout } = child.process;
  if (stdout === null) throw new Error('the timing of the chain has no output');
  const timings: Timing[] = [];
  let isTooSlow = false;
  const deadline = setTimeout(() => {
    isTooSlow = true; // what is missing then counts as missed
    child.process.kill('SIGKILL');
  }, patienceMs);
  for await (const line of createInterface({ input: stdout })) timings.push(timing.parse(JSON.parse(line)));
  clearTimeout(deadline);
  if (!isTooSlow && timings.length < expected(scale)) await child.died();
  return timings;
}

function guardedBytes({ promptBytes }: Scale): readonly number[] {
  return promptBytes.filter((bytes) => bytes <= mostGuardedBytes);
}

function expected(scale: Scale): number {
  return promptTexts.length * scale.promptBytes.length + guardTimings.length * guardedBytes(scale).length;
}

function perKbOf(timings: readonly Timing[], name: string, bytes: number): number {
  return timings.find((one) => one.name === name && one.bytes === bytes)?.usPerKb ?? Number.NaN;
}

function guardFigure({ scale }: Bench, name: string, timings: readonly Timing[]): Figure {
  const cost = spread(guardedBytes(scale).map((bytes) => perKbOf(timings, name, bytes)));
  return {
    id: `chain.guard.${name.includes('whole') ? 'whole' : 'pieces'}`,
    what: `${name}, per KB of prose: the most of any size`,
    unit: 'us',
    spread: { ...cost, median: cost.max },
    bar: guardBar,
    stretch: undefined,
  };
}

function figuresOf({ scale }: Bench, name: string, timings: readonly Timing[]): readonly Figure[] {
  const perKb = scale.promptBytes.map((bytes) => perKbOf(timings, name, bytes));
  const [smallest = Number.NaN] = perKb;
  const largest = perKb.at(-1) ?? Number.NaN;
  const id = name.replaceAll(' ', '-');
  const cost = spread(perKb);
  return [
    {
      id: `chain.cost.${id}`,
      what: `per KB, ${name}: the most of any size`,
      unit: 'us',
      spread: { ...cost, median: cost.max },
      bar: 40,
      stretch: 10,
    },
    {
      id: `chain.linear.${id}`,
      what: `per KB, ${name}: largest over smallest prompt`,
      unit: 'x',
      spread: spread([largest / smallest]),
      bar: 1.3,
      stretch: undefined,
    },
  ];
}

function tabulate(timings: readonly Timing[]): string {
  return (
    timings.map(({ bytes, usPerKb }) => `${bytes / 1024} KB ${usPerKb.toFixed(1)}`).join(', ') + ' us per KB'
  );
}
