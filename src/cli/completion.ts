import { type CommandNode, commandTree, everyCommand, type OptionNode } from './command-tree.ts';
import type { Command } from 'commander';
import type { CommandIo, ExitCode } from './io.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** `kt completion`: a script for a shell, made from the commands themselves. */
export async function completion(
  shell: Shell,
  program: Command,
  io: Pick<CommandIo, 'write'>,
): Promise<ExitCode> {
  const tree = commandTree(program);
  io.write(scripts[shell](everyCommand(tree)));
  return 0;
}

const scripts: Readonly<Record<Shell, (nodes: readonly CommandNode[]) => string>> = { bash, zsh, fish };

/*
 * All three do the same: the words before the cursor lead to a command; behind an option that takes a value come that
 * option's values, anywhere else the command's sub-commands, arguments and options.
 */

function bash(nodes: readonly CommandNode[]): string {
  const values = nodes.flatMap((node) =>
    valued(node).map(({ name, option }) => {
      const action = option.isPath
        ? `compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$cur"))`
        : `COMPREPLY=($(compgen -W ${quote(option.choices.join(' '))} -- "$cur"))`;
      return `    ${quote(`${node.path} ${name}`)}) ${action}; return ;;`;
    }),
  );
  const words = nodes.map((node) => `    ${quote(node.path)}) words=${quote(wordsOf(node).join(' '))} ;;`);
  // The shell breaks words at '=' too, so that --option=value comes as three.
  return `# bash completion of kt: source <(kt completion bash)
_kt() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} node=kt words='' i IFS=$' \\t\\n'
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$node \${COMP_WORDS[i]}" in
      ${paths(nodes, '|')}) node="$node \${COMP_WORDS[i]}" ;;
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

function zsh(nodes: readonly CommandNode[]): string {
  const values = nodes.flatMap((node) =>
    valued(node).map(({ name, option }) => {
      const action = option.isPath ? '_files' : `compadd -- ${option.choices.map(quote).join(' ')}`;
      return `    (${quote(`${node.path} ${name}`)}) ${action}; return ;;`;
    }),
  );
  const words = nodes.map((node) => {
    const found = described(node).map(([word, text]) => quote(`${word.replaceAll(':', '\\:')}:${text}`));
    return `    (${quote(node.path)}) found=(${found.join(' ')}) ;;`;
  });
  return `#compdef kt
# zsh completion of kt: source <(kt completion zsh), or save it as _kt in a folder of $fpath
_kt() {
  local node=kt word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$node $word" in
      (${paths(nodes, '|')}) node="$node $word" ;;
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

function fish(nodes: readonly CommandNode[]): string {
  const lines = nodes.flatMap((node) => {
    const at = `complete -c kt -n ${quote(`__kt_at '${node.path}'`)}`;
    const children = node.children.map(
      (child) => `${at} -a ${quote(lastWord(child))} -d ${quote(child.description)}`,
    );
    const choices = node.arguments.flatMap((argument) =>
      argument.choices.map((choice) => `${at} -a ${quote(choice)} -d ${quote(argument.description)}`),
    );
    return [...children, ...choices, ...node.options.map((option) => `${at} ${fishOption(option)}`)];
  });
  return `# fish completion of kt: kt completion fish | source
function __kt_at
  set -l node kt
  for word in (commandline -opc)[2..]
    switch "$node $word"
      case ${paths(nodes, ' ')}
        set node "$node $word"
    end
  end
  test "$node" = "$argv[1]"
end
complete -c kt -f
${lines.join('\n')}
`;
}

function fishOption(option: OptionNode): string {
  const parts = [`-l ${option.long.slice(2)}`];
  if (option.short !== undefined) parts.push(`-s ${option.short.slice(1)}`);
  if (option.takesValue) parts.push(option.isPath ? '-r -F' : '-x');
  if (option.choices.length > 0) parts.push(`-a ${quote(option.choices.join(' '))}`);
  return [...parts, `-d ${quote(option.description)}`].join(' ');
}

/** Every option that takes a value, under each of its names. */
function valued(node: CommandNode): readonly { readonly name: string; readonly option: OptionNode }[] {
  return node.options
    .filter(({ takesValue }) => takesValue)
    .flatMap((option) => namesOf(option).map((name) => ({ name, option })));
}

function namesOf({ long, short }: OptionNode): readonly string[] {
  return short === undefined ? [long] : [long, short];
}

function described(node: CommandNode): readonly (readonly [string, string])[] {
  return [
    ...node.children.map((child) => [lastWord(child), child.description] as const),
    ...node.arguments.flatMap(({ choices, description }) =>
      choices.map((choice) => [choice, description] as const),
    ),
    ...node.options.map(({ long, description }) => [long, description] as const),
  ];
}

function wordsOf(node: CommandNode): readonly string[] {
  return described(node).map(([word]) => word);
}

function lastWord({ path }: CommandNode): string {
  return path.slice(path.lastIndexOf(' ') + 1);
}

/** Every command but kt itself. */
function paths(nodes: readonly CommandNode[], separator: string): string {
  return nodes
    .slice(1)
    .map(({ path }) => quote(path))
    .join(separator);
}

/** Quoted for a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
