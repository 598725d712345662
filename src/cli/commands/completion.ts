import { Argument, type Command } from 'commander';
import type { KtCommand } from '../command.ts';
import type { Shell } from '../completion.ts';

export const completionCommand: KtCommand = {
  words: 'completion',
  description: 'print a completion script: source <(kt completion bash)',
  details: `bash:  echo 'source <(kt completion bash)' >> ~/.bashrc
zsh:   kt completion zsh > "\${fpath[1]}/_kt"
fish:  kt completion fish > ~/.config/fish/completions/kt.fish`,
  needsAll: true,
  takes: () => new Argument('<shell>', 'the shell it is for').choices(['bash', 'zsh', 'fish']),
  async perform(io, shell: Shell, _options: unknown, command: Command) {
    const { completion } = await import('../completion.ts');
    return completion(shell, command.parent ?? command, io);
  },
};
