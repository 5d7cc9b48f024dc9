import { parseArgs } from 'node:util'
import { Refusal } from '@almagest/schema'

/** What `npm start -- --help` prints. */
export const HELP = `npm start -- [options]

Runs a whole data centre on this machine: PostgreSQL, Redis, the gateway with its four subgraphs, and workers for three sites. A simulated
telescope then observes, and you can watch its files on their way to two archives and back. After that everything stays up until Ctrl-C.

  --once          end by itself after that story; exit status 0 only if all of it held; the last line is a JSON object
  --source DIR    take the files of this folder through the story instead of simulated ones (they are copied; DIR is only read)
  --fresh         begin anew: delete what the data folder holds
  --idle          only start; observe nothing
  --data DIR      the data folder (.almagest beside package.json)
  --port N        where the gateway listens on 127.0.0.1 (4000); 0: any free port
  --help          this text

environment:
  DATABASE_URL    use this PostgreSQL (postgresql://…) instead of a private one
  REDIS_URL       use this Redis (redis://…) instead of a private one
  LOG_LEVEL       what goes to almagest.log in the data folder: debug, info, warn, error (info)
`

/** What `npm start` was asked to do. */
export interface Options {
  readonly help: boolean
  readonly once: boolean
  readonly fresh: boolean
  readonly idle: boolean
  readonly port: number
  readonly source: string | null
  readonly data: string | null
}

/** Reads the command line; refuses with BAD_INPUT what it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const { help, once, fresh, idle, port, source, data } = read(args)
  const number = Number(port ?? 4_000)
  if (!/^\d{1,5}$/.test(port ?? '0') || number > 65_535)
    throw new Refusal('BAD_INPUT', `--port: ${port} is not a port; it has to be 0 to 65535`)
  if (idle && (once || source !== undefined))
    throw new Refusal('BAD_INPUT', '--idle: it observes nothing, so it cannot go with --once or --source')
  for (const [name, value] of Object.entries({ source, data }))
    if (value === '') throw new Refusal('BAD_INPUT', `--${name}: it needs a folder`)
  return {
    help: help ?? false,
    once: once ?? false,
    fresh: fresh ?? false,
    idle: idle ?? false,
    port: number,
    source: source ?? null,
    data: data ?? null,
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        once: { type: 'boolean' },
        fresh: { type: 'boolean' },
        idle: { type: 'boolean' },
        port: { type: 'string' },
        source: { type: 'string' },
        data: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new Refusal('BAD_INPUT', `${error instanceof Error ? error.message : String(error)} (--help shows what there is)`)
  }
}
