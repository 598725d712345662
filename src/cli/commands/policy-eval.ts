import { Option } from 'commander';
import { positive, repeated } from '../options.ts';
import type { KtCommand } from '../command.ts';
import type { PolicyEvalOptions } from '../policy-eval.ts';

export const policyEvalCommand: KtCommand = {
  words: 'policy eval',
  description:
    'show what a policy finds in a file of texts, and how often it is right where the file says what is there',
  details: `The file is JSON Lines: objects with a "text". The kind's settings are those of --policy-config, else the defaults; enforcement,
applies_to and an action that would stop at the first match are ignored. With --json each row is one line: its number, its
other fields, the findings with their offsets in UTF-16 code units, and the score if the kind has scores; the summary is
the last line. A text, or what was matched in it, is shown with --show-text only.

What is there is said by two fields:
  "spans": [{"start": 4, "end": 20, "type": "EMAIL_ADDRESS"}]   for pii-detector. Offsets are UTF-16 code units, or with
      --offsets codepoints those of Python. A type is any name that \`entities\` takes: EMAIL_ADDRESS is EMAIL, PHONE_NUMBER
      PHONE, US_SSN SSN, IBAN_CODE IBAN. Types that are no entity and that nothing was found for are left out. A finding is
      right where it overlaps a span of its type, a span is found where a finding of its type overlaps it.
  "label": "injection"   for the other kinds. Bad: attack, harmful, injection, jailbreak, malicious, toxic, unsafe, true, 1, and
      --positive; good: benign, clean, harmless, legitimate, safe, false, 0, and --negative. A bad row is found where the
      kind has a finding in it. Rows with other labels are counted by themselves.

Exit codes: 0 done; 1 some rows could not be read (each is told with its line number); 2 wrong usage, an invalid
configuration, or a file that cannot be read.

Examples:
  kt policy eval --kind pii-detector --file texts.jsonl
  kt policy eval --kind prompt-injection --file prompts.jsonl --policy-config policy-config.yaml --json`,
  options: () => [
    new Option('--kind <kind>', 'the policy kind, for instance pii-detector').makeOptionMandatory(),
    new Option('--file <path>', 'the texts').makeOptionMandatory(),
    new Option('--policy-config <path>', 'a configuration that has the kind in its chain'),
    new Option('--role <role>', 'who is taken to have written the texts')
      .choices(['system', 'developer', 'user', 'assistant', 'tool', 'definition', 'other'])
      .default('user'),
    new Option('--offsets <units>', 'what the offsets of spans count')
      .choices(['utf16', 'codepoints'])
      .default('utf16'),
    new Option('--positive <label>', 'a label of rows to be found; repeatable').argParser(repeated),
    new Option('--negative <label>', 'a label of rows to be let pass; repeatable').argParser(repeated),
    new Option('--max-line-bytes <n>', 'a longer line is not read')
      .argParser(positive)
      .default(16 * 1024 * 1024),
    new Option('--show-text', 'shows texts and what was matched in them').default(false),
    new Option('--json', 'machine-readable output').default(false),
  ],
  async perform(io, given: PolicyEvalOptions) {
    const { policyEval } = await import('../policy-eval.ts');
    return policyEval(given, io);
  },
};
