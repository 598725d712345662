import type { Argument, Command, Option } from 'commander';
import { everyCommand, optionsOf, commandPath } from './command-tree.ts';
import type { CommandIo, ExitCode } from './io.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** `kt completion`: a script for a shell, made from the commands themselves. */
export async function completion(
  shell: Shell,
  program: Command,
  io: Pick<CommandIo, 'write'>,
): Promise<ExitCode> {
  io.write(scripts[shell](everyCommand(program)));
  return 0;
}

const scripts: Readonly<Record<Shell, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

/*
 * All three do the same: the words before the cursor lead to a command; behind an option that takes a value come that
 * option's values, anywhere else the command's sub-commands, arguments and options.
 */

function bash(commands: readonly Command[]): string {
  const values = commands.flatMap((command) =>
    valued(command).map(({ name, option }) => {
      const action = isPath(option)
        ? `compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$cur"))`
        : `COMPREPLY=($(compgen -W ${quote(choicesOf(option).join(' '))} -- "$cur"))`;
      return `    ${quote(`${commandPath(command)} ${name}`)}) ${action}; return ;;`;
    }),
  );
  const words = commands.map(
    (command) => `    ${quote(commandPath(command))}) words=${quote(wordsOf(command).join(' '))} ;;`,
  );
  // The shell breaks words at '=' too, so that --option=value comes as three.
  return `# bash completion of kt: source <(kt completion bash)
_kt() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} node=kt words='' i IFS=$' \\t\\n'
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$node \${COMP_WORDS[i]}" in
      ${paths(commands, '|')}) node="$node \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$node $prev" in
${values.join('\n')}
  esac
  case "$node" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _kt kt
`;
}

function zsh(commands: readonly Command[]): string {
  const values = commands.flatMap((command) =>
    valued(command).map(({ name, option }) => {
      const action = isPath(option) ? '_files' : `compadd -- ${choicesOf(option).map(quote).join(' ')}`;
      return `    (${quote(`${commandPath(command)} ${name}`)}) ${action}; return ;;`;
    }),
  );
  const words = commands.map((command) => {
    const found = described(command).map(([word, text]) => quote(`${word.replaceAll(':', '\\:')}:${text}`));
    return `    (${quote(commandPath(command))}) found=(${found.join(' ')}) ;;`;
  });
  return `#compdef kt
# zsh completion of kt: source <(kt completion zsh), or save it as _kt in a folder of $fpath
_kt() {
  local node=kt word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$node $word" in
      (${paths(commands, '|')}) node="$node $word" ;;
    esac
  done
  case "$node \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$node" in
${words.join('\n')}
  esac
  _describe kt found
}
if [[ \${funcstack[1]} == _kt ]]; then _kt "$@"; else compdef _kt kt; fi
`;
}

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => {
    const at = `complete -c kt -n ${quote(`__kt_at '${commandPath(command)}'`)}`;
    const children = command.commands.map(
      (child) => `${at} -a ${quote(child.name())} -d ${quote(child.description())}`,
    );
    const choices = command.registeredArguments.flatMap((argument) =>
      choicesOf(argument).map((choice) => `${at} -a ${quote(choice)} -d ${quote(argument.description)}`),
    );
    return [...children, ...choices, ...optionsOf(command).map((option) => `${at} ${fishOption(option)}`)];
  });
  return `# fish completion of kt: kt completion fish | source
function __kt_at
  set -l node kt
  for word in (commandline -opc)[2..]
    switch "$node $word"
      case ${paths(commands, ' ')}
        set node "$node $word"
    end
  end
  test "$node" = "$argv[1]"
end
complete -c kt -f
${lines.join('\n')}
`;
}

function fishOption(option: Option): string {
  const parts = [`-l ${option.name()}`];
  if (option.short !== undefined) parts.push(`-s ${option.short.slice(1)}`);
  if (takesValue(option)) parts.push(isPath(option) ? '-r -F' : '-x');
  if (choicesOf(option).length > 0) parts.push(`-a ${quote(choicesOf(option).join(' '))}`);
  return [...parts, `-d ${quote(option.description)}`].join(' ');
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

/** Whether its value is a file or a folder. */
function isPath({ flags }: Option): boolean {
  return flags.endsWith('<path>');
}

function choicesOf({ argChoices = [] }: Option | Argument): readonly string[] {
  return argChoices;
}

/** Every option that takes a value, under each of its names. */
function valued(command: Command): readonly { readonly name: string; readonly option: Option }[] {
  return optionsOf(command)
    .filter(takesValue)
    .flatMap((option) =>
      [option.long, option.short].flatMap((name) => (name === undefined ? [] : [{ name, option }])),
    );
}

/** What may come next: sub-commands, arguments, options; each with its description. */
function described(command: Command): readonly (readonly [word: string, text: string])[] {
  return [
    ...command.commands.map((child) => [child.name(), child.description()] as const),
    ...command.registeredArguments.flatMap((argument) =>
      choicesOf(argument).map((choice) => [choice, argument.description] as const),
    ),
    ...optionsOf(command).map((option) => [`--${option.name()}`, option.description] as const),
  ];
}

function wordsOf(command: Command): readonly string[] {
  return described(command).map(([word]) => word);
}

/** Every command but kt itself. */
function paths(commands: readonly Command[], separator: string): string {
  return commands
    .slice(1)
    .map((command) => quote(commandPath(command)))
    .join(separator);
}

/** Quoted for a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
