import type { Command } from './command.ts';

/** A completion script made from the command table. Pure. */
export function renderCompletion(shell: 'bash' | 'zsh' | 'fish', commands: readonly Command[]): string {
  switch (shell) {
    case 'bash':
      return renderBash(commands);
    case 'zsh':
      return `#compdef hnf\nautoload -U +X bashcompinit && bashcompinit\n${renderBash(commands)}`;
    case 'fish':
      return renderFish(commands);
  }
}

function nounsOf(commands: readonly Command[]): string[] {
  return [...new Set(commands.map((command) => command.noun))];
}

function verbsOf(commands: readonly Command[], noun: string): string[] {
  return commands.filter((command) => command.noun === noun && command.verb !== '').map((command) => command.verb);
}

function longFlags(command: Command): string[] {
  const flags = (command.options ?? []).flatMap((option) => option.flags.match(/--[\w-]+/g) ?? []);
  return [...flags, ...(command.json ? ['--json'] : []), '--help'];
}

function renderBash(commands: readonly Command[]): string {
  const verbs = nounsOf(commands).map((noun) => `    ${noun}) words='${verbsOf(commands, noun).join(' ')}' ;;`);
  const flags = commands.map(
    (command) => `    '${`${command.noun} ${command.verb}`.trim()}') words='${longFlags(command).join(' ')}' ;;`,
  );
  return `_hnf() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${nounsOf(commands).join(' ')}'
  elif [ "$COMP_CWORD" -eq 2 ] && [ "\${current#-}" = "$current" ]; then
    case \${COMP_WORDS[1]} in
${verbs.join('\n')}
    esac
  elif [ "\${current#-}" != "$current" ]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${flags.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _hnf hnf
`;
}

function renderFish(commands: readonly Command[]): string {
  const nouns = nounsOf(commands).map((noun) => `complete -c hnf -n __fish_use_subcommand -a ${noun}`);
  const rows = commands
    .filter((command) => command.verb !== '')
    .map((command) => {
      const text = command.summary.replaceAll("'", "\\'");
      return `complete -c hnf -n '__fish_seen_subcommand_from ${command.noun}' -a ${command.verb} -d '${text}'`;
    });
  return `${[...nouns, ...rows].join('\n')}\n`;
}
