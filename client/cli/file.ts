import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { Outage, Refusal } from '../errors.ts'
import { pause } from '../events.ts'
import type { ObservedFile } from '../filing.ts'
import { takeLock } from '../spool/lock.ts'
import { openSpool, type Spool } from '../spool/spool.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { observationOf, openExecutions, type Execution } from './executions.ts'
import { digestOfSeen, filesOf, whyNot, type LeftOut, type Seen } from './folder-files.ts'
import { readSaid, readYaml, type Said } from './metadata.ts'
import { refusalOf, send, tellClock } from './sending.ts'
import { plain } from './text.ts'
import { readTranslation, STANDARD, type Translation } from '../fits/translation.ts'

/** How many files that were left out are named; the others are counted. */
const NAMED = 20
/** So many files with headers are made into executions at a time. */
const AT_ONCE = 50_000

interface Filing {
  readonly call: Call
  readonly folder: string
  readonly root: string
  readonly said: Said
  readonly translation: Translation | null
  readonly spool: Spool
  readonly leaveOut: (left: LeftOut) => void
}

/** Files what is in a folder; status 1 when something was left out or refused. */
export async function run(call: Call): Promise<number> {
  const [given, another] = call.args
  if (given === undefined || another !== undefined) throw usage('file takes one DIR')
  const folder = resolve(given)
  const root = resolve(call.option('root') ?? folder)
  const found = await stat(folder).catch(() => null)
  if (!found?.isDirectory()) throw new Refusal('BAD_INPUT', `${given} is ${found ? 'not a folder: give that which it is in' : 'not there'}`)
  if (relative(root, folder).split('/')[0] === '..') throw new Refusal('BAD_INPUT', `--root: ${folder} is not in ${root}`)
  const inside = relative(folder, resolve(call.spoolFolder)).split('/')
  if (inside[0] !== '..' && !inside.some(name => name.startsWith('.')))
    throw new Refusal('BAD_INPUT', `the spool ${call.spoolFolder} is in ${given}, and would be filed with it: give another with --spool`)
  const said = await readSaid(call)
  const translationFile = call.option('translation')
  const translation =
    translationFile !== null ? readTranslation(await readYaml(translationFile), translationFile) : call.has('fits') ? STANDARD : null
  let left = 0
  const leaveOut = ({ path, why }: LeftOut): void => {
    left += 1
    if (call.isJson) call.say(JSON.stringify({ leftOut: { path, why } }))
    else if (left <= NAMED) call.note(`left out: ${plain(path)}: ${plain(why)}`)
  }
  const isSent = !call.has('no-send') && !call.has('dry-run')
  const isWatching = call.has('watch')
  const almagest = isWatching && isSent ? call.almagest : null
  let heldBy = ''
  const told = {
    onFiled() {
      heldBy = ''
    },
    onHeld(why: string) {
      if (why !== heldBy) call.note(`${plain(why)}; it is tried again`)
      heldBy = why
    },
    onLeft: ({ message }: { message: string }) => call.note(plain(message)),
    onDelayed: ({ message }: { message: string }) => call.note(plain(message)),
    onRefused: (found: Parameters<typeof refusalOf>[0]) => call.note(refusalOf(found)),
  }
  await using lock = isWatching ? await lockFolder(folder) : null
  await using spool = await openSpool({ folder: call.spoolFolder, almagest, told })
  const filing = { call, folder, root, said, translation, spool, leaveOut }
  const clock = isSent ? tellClock(call) : null
  if (lock) await watch(filing)
  else await fileOnce(filing)
  if (left > NAMED && !call.isJson) call.note(`… and ${left - NAMED} more were left out`)
  const { waiting } = await spool.state()
  if (lock && waiting > 0) call.note(`${waiting} filings wait in ${call.spoolFolder}; almagest spool send sends them`)
  const status = isSent && !lock ? await send(call) : STATUS.ok
  await clock
  return status === STATUS.ok && left > 0 ? STATUS.no : status
}

async function fileOnce(filing: Filing): Promise<void> {
  const { call, folder, root, leaveOut } = filing
  let count = 0
  async function* counted(): AsyncGenerator<Seen, void, void> {
    for await (const seen of filesOf(folder, { root, leaveOut })) {
      if (++count % 500 === 0) call.progress(`${count} files`)
      call.signal.throwIfAborted()
      yield seen
    }
    call.progress(null)
  }
  await openFiler(filing)(counted())
}

/** Files what it is given, by the headers or as one observation; tells each execution. */
function openFiler({ call, said, translation, spool, leaveOut }: Filing): (files: AsyncIterable<Seen>) => Promise<void> {
  const digest = call.has('digest') ? (seen: Seen) => digestOfSeen(seen) : null
  const isDry = call.has('dry-run')
  const executionsOf = openExecutions({ call, said, translation, digest, leaveOut })

  async function tell({ observation, files }: Execution, number: number): Promise<void> {
    const { key, id, instrument, startedAt, endedAt } = observation
    const about = { key, executionId: id ?? null, instrument, startedAt, endedAt, files: number }
    if (call.isJson) call.say(JSON.stringify(isDry ? { ...observation, files } : about))
    else call.say(`${isDry ? 'would file' : 'filed'} ${number} files as ${plain(key)}${id ? ` (${id})` : ''}`)
  }

  async function byHeaders(files: AsyncIterable<Seen>): Promise<void> {
    let portion: Seen[] = []
    const flush = async (): Promise<void> => {
      const { executions, away } = await executionsOf(portion)
      for (const execution of executions) {
        if (!isDry) await spool.file(execution.observation, execution.files)
        await tell(execution, execution.files.length)
      }
      if (away) throw away
      portion = []
    }
    for await (const seen of files) if (portion.push(seen) === AT_ONCE) await flush()
    if (portion.length > 0) await flush()
  }

  async function asOne(files: AsyncIterable<Seen>): Promise<void> {
    const { module, ...observation } = await observationOf(said, call)
    let number = 0
    async function* observed(): AsyncGenerator<ObservedFile, void, void> {
      for await (const seen of files) {
        const { path, bytes } = seen
        let found: { readonly digest?: string }
        try {
          found = digest === null ? {} : { digest: await digest(seen) }
        } catch (error) {
          leaveOut({ path, why: whyNot(error) })
          continue
        }
        number += 1
        yield { module, path, bytes, ...found }
      }
    }
    if (isDry) {
      const shown: ObservedFile[] = []
      for await (const file of observed()) shown.push(file)
      await tell({ observation, files: shown }, number)
      return
    }
    await spool.file(observation, observed()).catch((error: unknown) => {
      if (!(error instanceof Refusal) || number > 0) throw error
      call.note('there is no file in the folder')
    })
    if (number > 0) await tell({ observation, files: [] }, number)
  }

  return translation === null ? asOne : byHeaders
}

interface Known {
  bytes: number
  mtimeMs: number
  /** When it was first seen so, by the clock that is never set; null: it was filed. */
  since: number | null
  /** It was left out: it is looked at again when it changes. */
  isLeft: boolean
}

/** Files what comes to rest in a folder, until the signal. */
async function watch(filing: Filing): Promise<void> {
  const { call, folder, root, leaveOut } = filing
  const settleMs = Number(call.option('settle') ?? 10) * 1_000
  if (!(settleMs >= 0)) throw usage('--settle must be a number of seconds, 0 or more')
  if (filing.translation === null) await observationOf(filing.said, call)
  const left = new Set<string>()
  const file = openFiler({
    ...filing,
    leaveOut(found) {
      left.add(found.path)
      leaveOut(found)
    },
  })
  let heldBy = ''
  const known = new Map<string, Known>()
  const told = new Set<string>()
  const once = (left: LeftOut): void => {
    if (told.has(left.path)) return
    told.add(left.path)
    leaveOut(left)
  }
  call.note(`watching ${folder}; Ctrl-C ends it`)
  for (; !call.signal.aborted; await pause(Math.min(Math.max(settleMs / 2, 100), 5_000), call.signal)) {
    const rested: Seen[] = []
    for await (const seen of filesOf(folder, { root, leaveOut: once })) {
      if (call.signal.aborted) return
      const before = known.get(seen.path)
      const isSame = before?.bytes === seen.bytes && before.mtimeMs === seen.mtimeMs
      if (before && before.since === null && (isSame || !before.isLeft)) {
        if (!isSame) once({ path: seen.path, why: `it changed after it was filed: it has ${seen.bytes} bytes now` })
      } else if (!before || !isSame)
        known.set(seen.path, { bytes: seen.bytes, mtimeMs: seen.mtimeMs, since: performance.now(), isLeft: false })
      else if (performance.now() - (before.since ?? 0) >= settleMs) rested.push(seen)
    }
    if (rested.length === 0) continue
    left.clear()
    let why = ''
    try {
      await file(iterate(rested))
    } catch (error) {
      // The files are where they were: they are filed when it has passed.
      if (!(error instanceof Outage) && !(error instanceof Refusal && error.code === 'SPOOL_FULL')) throw error
      why = error.message
    }
    if (why !== '' && why !== heldBy) call.note(`${plain(why)}; it is tried again`)
    heldBy = why
    for (const { path } of rested) {
      const entry = known.get(path)
      if (entry && (why === '' || left.has(path))) Object.assign(entry, { since: null, isLeft: left.has(path) })
    }
  }
}

async function* iterate(files: readonly Seen[]): AsyncGenerator<Seen, void, void> {
  yield* files
}

/** One process of this machine watches a folder; what it is called does not matter. */
async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const { dev, ino } = await stat(folder)
  const name = createHash('sha256').update(`${dev} ${ino}`).digest('hex').slice(0, 20)
  return takeLock(join(tmpdir(), `almagest-watch-${name}.lock`), { what: `${folder} is being watched` })
}
