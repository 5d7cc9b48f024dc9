import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { Outage, Refusal, sql } from '@almagest/schema'
import { migrate, openOrm } from '@almagest/schema/orm'
import { credentialsIn } from '../stores/credentials.ts'
import { openThreads } from '../threads/pool.ts'
import { openArchive, type Origin } from './archives.ts'
import { rebuild, type Report } from './rebuild.ts'

const HELP = `usage: npm run rebuild -- --from ARCHIVE [--from ARCHIVE …] [--verify]

Rebuilds the catalogue from the sidecars that lie beside the tars of archives, and from nothing else, into an empty ops-db; then compares it with them.
It only reads the archives. What cannot be taken is named, with the reason. Exit status: 0 all was taken and is right, 1 something was not, 2 a wrong call.

  --from ARCHIVE   a folder; or s3+https://HOST[:PORT]/BUCKET[/PREFIX/] (s3+http://… without TLS). More than one: each adds its copies
  --region NAME    of the S3 services (us-east-1)
  --keys NAME      the entry of S3_CREDENTIALS_FILE for them (archive)
  --verify         reads every byte again and compares it with the manifests; without it the workers do that later
  --help           this text

environment:
  DATABASE_URL          the empty ops-db, postgresql://…; it is brought up to date first
  S3_CREDENTIALS_FILE   { "name": { "accessKey": …, "secretKey": … } }
`

const OPTIONS = {
  from: { type: 'string', multiple: true },
  region: { type: 'string' },
  keys: { type: 'string' },
  verify: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  S3_CREDENTIALS_FILE: z.string().min(1).optional(),
})

/** Where the texts go. */
export interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

const CONSOLE: Output = { out: text => void process.stdout.write(text), err: text => void process.stderr.write(text) }

/** Rebuilds the catalogue: reads its arguments and environment, and returns its exit status. */
export async function runRebuild(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { out, err }: Output = CONSOLE,
): Promise<number> {
  const asked = parse(args)
  if (typeof asked !== 'string' && asked.help) {
    out(HELP)
    return 0
  }
  const settings = environment.safeParse(env)
  const wrong = typeof asked === 'string' ? asked : settings.success ? null : z.prettifyError(settings.error)
  if (wrong !== null || typeof asked === 'string' || !settings.success) {
    err(`${wrong}\n\n${HELP}`)
    return 2
  }
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(new Outage(`it was ended by ${signal}`)))
  try {
    const credentials = credentialsIn(settings.data.S3_CREDENTIALS_FILE)
    const archives = await Promise.all(asked.from.map(origin => openArchive(origin, credentials)))
    await using closing = new AsyncDisposableStack()
    const orm = await openOrm(settings.data.DATABASE_URL)
    closing.defer(() => orm.close())
    const threads = closing.use(openThreads(2))
    await migrate(orm)
    const report = await rebuild({ orm, threads, archives, verify: asked.verify, signal: stop.signal, tell: line => err(`${line}\n`) })
    // Of so many rows at once PostgreSQL knows nothing yet; until it did, the sweeps would be planned as if there were none.
    await sql(orm.em.fork(), '/* learnTheRows */ analyze')
    out(describe(report, asked.verify))
    return report.faults.length === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof Outage)) throw error
    err(`rebuild: ${error.message}\n`)
    return error instanceof Refusal ? 2 : 1
  }
}

function describe(
  { packages, files, fileBytes, copies, tarBytes, compared, verified, differing, faults }: Report,
  verify: boolean,
): string {
  return [
    ...faults.map(({ path, why }) => `not right: ${path}: ${why}`),
    ...(differing > 0 ? [`${differing} rows are told differently by several sidecars: the youngest was taken`] : []),
    `rebuilt: ${packages} packages with ${files} files of ${fileBytes} bytes; ${copies} copies with ${tarBytes} bytes`,
    `compared: ${compared} copies with their rows${verify ? `; ${verified} of them read again in full` : '; the workers read them again in full'}`,
    `not right: ${faults.length}`,
    '',
  ].join('\n')
}

interface Asked {
  readonly from: readonly Origin[]
  readonly verify: boolean
  readonly help: boolean
}

/** What was asked for, or what is wrong with it. */
function parse(args: readonly string[]): Asked | string {
  try {
    const {
      from = [],
      region = 'us-east-1',
      keys = 'archive',
      verify = false,
      help = false,
    } = parseArgs({ args: [...args], options: OPTIONS }).values
    if (help) return { from: [], verify, help }
    if (from.length === 0) return '--from must name an archive'
    return { from: from.map(text => originOf(text, { region, credentials: keys })), verify, help }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function originOf(text: string, { region, credentials }: { region: string; credentials: string }): Origin {
  const [, scheme, host, bucket, prefix] = /^s3\+(https?):\/\/([^/]+)\/([^/]+)\/?((?:[^/]+\/)*)$/.exec(text) ?? []
  if (scheme && host && bucket) return { storage: 'S3', endpoint: `${scheme}://${host}`, bucket, prefix: prefix ?? '', region, credentials }
  if (text.startsWith('s3+')) throw new Refusal('BAD_INPUT', `--from: ${text} is not s3+https://HOST[:PORT]/BUCKET[/PREFIX/]`)
  return { storage: 'DISK', root: resolve(text) }
}
