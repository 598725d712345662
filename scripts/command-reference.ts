import type { Argument, Command, Option } from 'commander';
import { everyCommand, optionsOf, commandPath } from '../src/cli/command-tree.ts';
import { commands } from '../src/cli/commands.ts';
import { wholeProgram } from './whole-program.ts';

const introduction = `# kt

<!-- Made by npm run generate from the commands in src/cli; edit those. -->

From a checkout: \`npm run --silent kt -- <command>\`. \`kt <command> --help\` says the same as this page.

- Results go to stdout, errors to stderr, in colour only on a terminal and never with \`NO_COLOR\`.
- \`--json\` makes the result one JSON document, with \`policy eval\` one a line. \`gateway run\` has \`--log-format json\` instead.
- Exit codes: 0 all is well; 1 failed, or something is not as it should be; 2 wrong usage or an invalid configuration.
- An environment variable can stand in for its option; the option wins.
`;

/** The reference page of \`kt\`. */
export function commandReference(): string {
  const leaves = everyCommand(wholeProgram()).filter((command) => command.commands.length === 0);
  return [introduction, ...leaves.map(section)].join('\n');
}

function section(command: Command): string {
  const path = commandPath(command);
  const details = commands.find(({ words }) => `kt ${words}` === path)?.details;
  const usage = `\`${path} ${command.usage()}\``;
  const parts = [`## ${path}`, '', sentence(command.description()), '', usage, ''];
  const rows = [...command.registeredArguments.map(argumentRow), ...optionsOf(command).map(optionRow)];
  parts.push('| option | | default | variable |', '|---|---|---|---|', ...rows, '');
  if (details !== undefined) parts.push('```text', details, '```', '');
  return parts.join('\n');
}

function argumentRow(argument: Argument): string {
  return row([`\`${argument.name()}\``, withChoices(argument), '', '']);
}

function optionRow(option: Option): string {
  const preset: unknown = option.defaultValue;
  const shown =
    preset === undefined || preset === false
      ? ''
      : `\`${typeof preset === 'string' ? preset : JSON.stringify(preset)}\``;
  const given = option.envVar === undefined ? '' : `\`${option.envVar}\``;
  return row([`\`${option.flags}\``, withChoices(option), shown, given]);
}

function withChoices({ description, argChoices: choices = [] }: Argument | Option): string {
  return choices.length === 0
    ? description
    : `${description} (${choices.map((one) => `\`${one}\``).join(', ')})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
