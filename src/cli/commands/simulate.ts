import { Option } from 'commander';
import { directiveHelp } from '../../simulator/directive-help.ts';
import { positive, repeated } from '../options.ts';
import type { KtCommand } from '../command.ts';
import type { SimulateOptions } from '../simulate.ts';

type Given = Omit<SimulateOptions, 'directives'>;

export const simulateCommand: KtCommand = {
  words: 'simulate',
  description: 'run the deterministic model alone, over real HTTP',
  details: `Answers depend on nothing but the call: the same call gets the same bytes. A prompt can itself say how it is
answered, in the same words: "Hello #sim cut=5 gap=20". Flags hold for every call that does not; --fault for some.

A fault is a line of such words with every=N (each Nth call) or rate=P (a share of the calls, 0 to 1; which ones
depends on --seed and on the number of the call alone). The first fault that strikes a call is the one it gets.

Exit codes: 0 stopped by a signal; 1 it could not listen; 2 wrong usage.

Examples:
  kt simulate --latency-ms 300 --tokens-per-second 50
  kt simulate --fault 'status=429 retry-after=1 every=10' --fault 'cut=5 rate=0.05'
  kt simulate --stall-bytes 2000
  kt simulate --gzip --usage off`,
  options: () => [
    new Option('--listen <host:port>', 'address; port 0 picks a free one').default('127.0.0.1:41005'),
    new Option('--latency-ms <ms>', 'wait before each answer').argParser(positive),
    new Option('--tokens-per-second <n>', 'pace of streams').argParser(positive),
    new Option('--fault <words>', 'what goes wrong with some calls; repeatable').argParser(repeated),
    new Option('--seed <n>', 'chooses which calls a rate strikes').argParser(positive).default(1),
    ...directiveOptions().values(),
    new Option('--json', 'machine-readable output').default(false),
  ],
  async perform(io, given: Given & Readonly<Record<string, unknown>>) {
    const { simulate } = await import('../simulate.ts');
    const valueOf = (option: Option): unknown => given[option.attributeName()];
    const directives = Array.from(directiveOptions(), ([name, option]) => [name, valueOf(option)] as const);
    return simulate({ ...given, directives }, io);
  },
};

/** By directive. `--latency-ms` is the flag for `delay`. */
function directiveOptions(): ReadonlyMap<string, Option> {
  const { delay: _, ...others } = directiveHelp;
  return new Map(
    Object.entries(others).map(([name, { value, choices, text }]) => {
      const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, text);
      return [name, choices === undefined ? option : option.choices(choices)];
    }),
  );
}
