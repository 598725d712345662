import type { Command, Option } from 'commander';

/** A command as completion and documentation see it. */
export interface CommandNode {
  /** `kt gateway run`. */
  readonly path: string;
  readonly description: string;
  readonly usage: string;
  readonly children: readonly CommandNode[];
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
}

export interface OptionNode {
  /** `-n, --namespace <name>`. */
  readonly flags: string;
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** Whether its value is a file or a folder. */
  readonly isPath: boolean;
  readonly defaultValue: string | number | boolean | undefined;
  readonly variable: string | undefined;
}

interface ArgumentNode {
  readonly name: string;
  readonly description: string;
  readonly choices: readonly string[];
}

/** The tree of a program whose every command is declared. Hidden options are nobody's business. */
export function commandTree(command: Command, above = ''): CommandNode {
  const path = above === '' ? command.name() : `${above} ${command.name()}`;
  const help = command.createHelp();
  return {
    path,
    description: command.description(),
    usage: `${path} ${command.usage()}`,
    children: command.commands.map((child) => commandTree(child, path)),
    options: help.visibleOptions(command).map(optionNode),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: argument.description,
      choices: argument.argChoices ?? [],
    })),
  };
}

/** The command and all below it, parents first. */
export function everyCommand(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(everyCommand)];
}

function optionNode(option: Option): OptionNode {
  const preset: unknown = option.defaultValue;
  return {
    flags: option.flags,
    long: option.long ?? '',
    short: option.short,
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
    isPath: option.flags.endsWith('<path>'),
    defaultValue: isPlain(preset) ? preset : undefined,
    variable: option.envVar,
  };
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
