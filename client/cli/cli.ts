import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { openAlmagest } from '../almagest.ts'
import { Outage, Refusal } from '../errors.ts'
import { codeOf, isFull } from '../spool/folder.ts'
import { STATUS, type Call, type Command } from './command.ts'
import { COMMANDS, COMMON } from './commands.ts'
import { SUPERGRAPH, VERSION } from '../version.generated.ts'

/** The parts of a process that a command meets. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/** What these do is done to its end though nobody reads on; the others end, without a word, when a reader as head has enough. */
const LASTING = ['file', 'stage', 'get', 'verify', 'spool', 'admin']

/** Runs one command line to its end; gives the exit status. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal
  const [name, ...rest] = args
  const isLasting = LASTING.includes(name ?? '')
  let isUnwritten = false
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    const isClosed = error.code === 'EPIPE'
    if (!isClosed && !isUnwritten) stderr.write(`almagest: the answer cannot be written: ${error.code}\n`)
    isUnwritten ||= !isClosed
    if (isUnwritten) process.exitCode = STATUS.away
    if (!isLasting) process.exit(isClosed ? STATUS.ok : STATUS.away)
  })
  // Nobody reads what is said to people: what was asked for is done all the same.
  stderr.on('error', () => {})
  const command = name === undefined ? undefined : COMMANDS[name]
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    stdout.write(helpOfAll())
    return name === undefined ? STATUS.usage : STATUS.ok
  }
  if (name === '--version' || name === '-V' || name === 'version') {
    stdout.write(`almagest ${VERSION} (graph ${SUPERGRAPH})\n`)
    return STATUS.ok
  }
  if (!command || !Object.hasOwn(COMMANDS, name)) {
    const said = name.startsWith('-')
      ? `the command comes before its options, and ${name} is none`
      : `there is no command ${JSON.stringify(name)}`
    stderr.write(`almagest: ${said} (almagest --help lists them)\n`)
    return STATUS.usage
  }
  try {
    const call = read(name, { command, args: rest, terminal })
    if (call === null) {
      stdout.write(helpOf(name, command))
      return STATUS.ok
    }
    const { run } = await command.load()
    const status = await run(call)
    call.progress(null)
    if (isUnwritten) return STATUS.away
    return call.signal.aborted && status === STATUS.ok && name !== 'events' && name !== 'file' ? STATUS.interrupted : status
  } catch (thrown) {
    if (stderr.isTTY) stderr.write('\r\u001b[K')
    const error = ofDisk(thrown)
    if (error instanceof Refusal || error instanceof Outage) {
      stderr.write(`almagest: ${error.message}\n`)
      if (rest.includes('--json')) {
        const code = error instanceof Refusal ? error.code : 'UNAVAILABLE'
        stdout.write(`${JSON.stringify({ error: { code, message: error.message } })}\n`)
      }
      return error instanceof Outage
        ? STATUS.away
        : error.code === 'BAD_INPUT' && error.message.startsWith('usage: ')
          ? STATUS.usage
          : STATUS.no
    }
    if (error instanceof Error && error.name === 'AbortError') return STATUS.interrupted
    throw error
  }
}

/** What the disk or the system says, as a sentence; anything else as it is. */
function ofDisk(error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined || !(error instanceof Error) || !('syscall' in error)) return error
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'the disk'
  if (isFull(error)) return new Outage(`the disk is full: ${error.message}`, { cause: error })
  if (code === 'EIO' || code === 'ESTALE') return new Outage(`${path} cannot be read or written: ${code}`, { cause: error })
  return new Refusal('BAD_INPUT', `${path} cannot be ${error.syscall === 'mkdir' ? 'made' : 'read or written'}: ${code}`)
}

/** A mistake in a command line. */
export function usage(message: string): Refusal {
  return new Refusal('BAD_INPUT', `usage: ${message}`)
}

interface Reading {
  readonly command: Command
  readonly args: readonly string[]
  readonly terminal: Terminal
}

/** What was said on the command line; null when only help is wanted. */
function read(name: string, { command, args, terminal }: Reading): Call | null {
  const { env, stdout, stderr } = terminal
  const known = { ...command.options, ...COMMON }
  const config: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(known).map(([option, { value, many = false, short }]) => [
      option,
      { type: value === undefined ? 'boolean' : 'string', multiple: many, ...(short !== undefined && { short }) },
    ]),
  )
  const { values, positionals } = parse(name, { args: [...args], options: config })
  if (values.help === true) return null
  if (command.args === '' && positionals.length > 0) throw usage(`${name} takes no arguments, and not ${positionals.join(' ')}`)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    terminal.on(signal, () => (stop.signal.aborted ? process.exit(STATUS.interrupted) : stop.abort()))
  const text = (option: string): string | null => (typeof values[option] === 'string' ? values[option] : null)
  let isShown = false
  return {
    args: positionals,
    option: text,
    options: option => (Array.isArray(values[option]) ? values[option].filter(value => typeof value === 'string') : []),
    has: option => values[option] === true,
    isJson: values.json === true,
    almagest: openAlmagest({
      url: text('url') ?? env.ALMAGEST_URL ?? 'http://127.0.0.1:4000',
      ...(env.ALMAGEST_TOKEN ? { token: env.ALMAGEST_TOKEN } : {}),
    }),
    spoolFolder: text('spool') ?? env.ALMAGEST_SPOOL ?? join(homedir(), '.almagest-spool'),
    say: line => void stdout.write(`${line}\n`),
    note: line => void stderr.write(`${isShown ? '\r\u001b[K' : ''}${line}\n`),
    progress(line) {
      if (!stderr.isTTY || (line === null && !isShown)) return
      isShown = line !== null
      stderr.write(`\r\u001b[K${line ?? ''}`)
    },
    width: stdout.isTTY ? (stdout.columns ?? 120) : Infinity,
    signal: stop.signal,
  }
}

function parse(name: string, { args, options }: { args: string[]; options: ParseArgsOptionsConfig }) {
  try {
    return parseArgs({ args, options, allowPositionals: true }) as {
      values: Record<string, string | boolean | (string | boolean)[] | undefined>
      positionals: string[]
    }
  } catch (error) {
    throw usage(`${error instanceof Error ? error.message : String(error)} (almagest ${name} --help shows what there is)`)
  }
}

function helpOfAll(): string {
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(12)}${about}`)
  return `almagest COMMAND [options]

${lines.join('\n')}

almagest COMMAND --help tells more of one, and almagest --version which this is: ${VERSION}, made for the graph ${SUPERGRAPH}, as /readyz of a gateway names
the one that it serves; another is served as well, as far as both know the same. ALMAGEST_URL names the gateway, ALMAGEST_TOKEN a token to be sent to it.
Status: 0 done, 1 refused or differences found, 2 wrong usage, 3 the data centre or a disk is not available, 130 interrupted.
`
}

function helpOf(name: string, { about, args, options, more }: Command): string {
  const lines = Object.entries({ ...options, ...COMMON }).map(([option, { value, about }]) => [
    `--${option}${value ? ` ${value}` : ''}`,
    about,
  ])
  const width = Math.max(...lines.map(([option = '']) => option.length)) + 2
  const list = lines.map(([option = '', about]) => `  ${option.padEnd(width)}${about}`).join('\n')
  return `almagest ${name}${args ? ` ${args}` : ''} [options]\n\n${about}\n\n${list}\n${more ? `\n${more}\n` : ''}`
}
