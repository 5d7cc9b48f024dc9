import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { COMMANDS, COMMON } from './commands.ts'

/** Prints the completion of a shell. */
export async function run(call: Call): Promise<number> {
  const [shell = ''] = call.args
  const write = { bash, zsh, fish }[shell]
  if (!write) throw usage('completion takes bash, zsh or fish')
  call.say(write())
  return STATUS.ok
}

const flagsOf = (name: string): string[] => Object.keys({ ...COMMANDS[name]?.options, ...COMMON }).map(option => `--${option}`)

/** What may stand as an argument of a command: the lower-case words of its help. */
const wordsOf = (name: string): string[] => [...new Set(COMMANDS[name]?.args.match(/[a-z]+/g) ?? [])]

function bash(): string {
  const cases = Object.keys(COMMANDS).map(name => `    ${name}) flags="${flagsOf(name).join(' ')}" words="${wordsOf(name).join(' ')}" ;;`)
  return `_almagest() {
  local IFS=$'\\n' flags="--help" words="" current="\${COMP_WORDS[COMP_CWORD]-}"
  case "\${COMP_WORDS[1]-}" in
${cases.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(IFS=' '; compgen -W "${Object.keys(COMMANDS).join(' ')} --help --version" -- "$current")); return; fi
  case "$current" in
    -*) COMPREPLY=($(IFS=' '; compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(IFS=' '; compgen -W "$words" -- "$current") $(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _almagest almagest`
}

function zsh(): string {
  const commands = Object.entries(COMMANDS).map(([name, { about }]) => `    '${name}:${about.replaceAll("'", '')}'`)
  const cases = Object.entries(COMMANDS).map(([name, { options }]) => {
    const flags = Object.entries({ ...options, ...COMMON }).map(
      ([option, { about, value }]) => `'--${option}[${about.replaceAll(/['[\]:]/g, '')}]${value ? `:${value}:_files` : ''}'`,
    )
    return `    ${name}) _arguments ${flags.join(' ')} '*:file:_files' ;;`
  })
  return `#compdef almagest
_almagest() {
  local -a commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _almagest almagest`
}

function fish(): string {
  const quote = (text: string): string => `'${text.replaceAll("'", '')}'`
  const lines = Object.entries(COMMANDS).flatMap(([name, { about, options }]) => [
    `complete -c almagest -n __fish_use_subcommand -f -a ${name} -d ${quote(about)}`,
    ...Object.entries({ ...options, ...COMMON }).map(
      ([option, { about, value }]) =>
        `complete -c almagest -n '__fish_seen_subcommand_from ${name}' -l ${option}${value ? ' -r' : ''} -d ${quote(about)}`,
    ),
  ])
  return lines.join('\n')
}
