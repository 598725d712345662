import { type CommandNode, commandTree, everyCommand, type OptionNode } from '../src/cli/command-tree.ts';
import { commands } from '../src/cli/commands.ts';
import { wholeProgram } from '../src/cli/program.ts';

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
  const leaves = everyCommand(commandTree(wholeProgram())).filter(({ children }) => children.length === 0);
  return [introduction, ...leaves.map(section)].join('\n');
}

function section(node: CommandNode): string {
  const words = node.path.slice('kt '.length);
  const details = commands.find((command) => command.words === words)?.details;
  const parts = [`## ${node.path}`, '', sentence(node.description), '', `\`${node.usage}\``, ''];
  const rows = [...node.arguments.map(argumentRow), ...node.options.map(optionRow)];
  parts.push('| option | | default | variable |', '|---|---|---|---|', ...rows, '');
  if (details !== undefined) parts.push('```text', details, '```', '');
  return parts.join('\n');
}

function argumentRow({ name, description, choices }: CommandNode['arguments'][number]): string {
  return row([`\`${name}\``, withChoices(description, choices), '', '']);
}

function optionRow({ flags, description, choices, defaultValue, variable }: OptionNode): string {
  const preset = defaultValue === undefined || defaultValue === false ? '' : `\`${defaultValue}\``;
  const given = variable === undefined ? '' : `\`${variable}\``;
  return row([`\`${flags}\``, withChoices(description, choices), preset, given]);
}

function withChoices(description: string, choices: readonly string[]): string {
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
