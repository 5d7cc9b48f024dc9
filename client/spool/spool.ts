import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Almagest } from '../almagest.ts'
import { Refusal } from '../errors.ts'
import { headOf, portionsOf, type Observation, type ObservedFile } from '../filing.ts'
import type { FileObservationInput } from '../operations.generated.ts'
import { ENTRY_VERSION, versionOf, writeEntry } from './entry.ts'
import { attempt, namesIn, openFolder, whyOf, type Folder } from './folder.ts'
import { holderOf } from './lock.ts'
import { openSender, type Sender, type Told } from './sender.ts'

/** Where a spool is, and how much it may hold. */
export interface SpoolOptions {
  /** A folder on the instrument's own disk; it is made. */
  readonly folder: string
  /** Where the filings are sent; null: they are only kept, for another process to send. */
  readonly almagest: Pick<Almagest, 'ask' | 'url'> | null
  /** The most bytes that may wait: 1 GiB. */
  readonly maxBytes?: number | undefined
  /** The most filings that may wait: 1,000,000. */
  readonly maxFilings?: number | undefined
  /** Hears what becomes of the filings. */
  readonly told?: Told | undefined
  /** How long it waits before it tries again what failed, at first: 250 ms; then twice as long each time, up to 30 s. */
  readonly retryMs?: number | undefined
}

/** A filing that is on the disk. */
export interface Spooled {
  readonly key: string
  /** The id that the execution has or will have; null where the data centre makes it. */
  readonly executionId: string | null
  readonly files: number
}

/** A filing, or those files of one, that the data centre refused: kept in the folder `refused` until somebody retries or drops it. */
export interface RefusedFiling {
  readonly name: string
  readonly code: string
  readonly message: string
  /** The key of its execution, and how many files it has; null where it is damaged, or was refused by an older client. */
  readonly key: string | null
  readonly files: number | null
}

/** What is in a spool. */
export interface SpoolState {
  readonly folder: string
  /** What waits to be sent. */
  readonly waiting: number
  readonly bytes: number
  readonly maxFilings: number
  readonly maxBytes: number
  /** What a newer client wrote, and this one leaves alone. */
  readonly newer: number
  readonly refused: number
  /** The process on this machine that sends; null: none does. */
  readonly sender: { readonly pid: number; readonly host: string } | null
}

/** Filings that wait on the disk until the data centre has them. Disposing of it ends the sending; what waits goes on waiting. */
export interface Spool extends AsyncDisposable {
  /**
   * Files an observation: when it returns, the filing is on the disk and will be sent, once in effect, whatever is cut. Refuses with SPOOL_FULL; an
   * Outage when the disk is full. Then nothing was filed.
   */
  file(observation: Observation, files: Iterable<ObservedFile> | AsyncIterable<ObservedFile>): Promise<Spooled>
  state(): Promise<SpoolState>
  /** The filings that were refused, the first ones. */
  refused(most?: number): Promise<RefusedFiling[]>
  /** Has what was refused sent again: the one of a name, or all; returns how many. */
  retry(name?: string): Promise<number>
  /** Removes what was refused, for ever: of these names; returns how many. Refuses with NOT_FOUND, and removes none, where one is not there. */
  drop(names: readonly string[]): Promise<number>
  /** Waits until nothing waits to be sent; false when the signal came before. */
  drained(waiting?: { readonly signal?: AbortSignal }): Promise<boolean>
}

const MOST_BYTES = 2 ** 30
const MOST_FILINGS = 1_000_000
/** So many files are read at once. */
const AT_ONCE = 256

/** What waits is counted anew this often while filings come; where that takes long, a twentieth of the time goes there. */
const COUNT_MS = 5_000
const COUNT_SHARE = 20

/** Opens the spool in a folder, and begins to send what waits there, as long as no other process does. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { almagest, maxBytes = MOST_BYTES, maxFilings = MOST_FILINGS, told = {}, retryMs = 250 } = options
  const folder = await openFolder(options.folder)
  const refusedIn = join(folder.path, 'refused')
  const lock = join(folder.path, 'sender.lock')
  const held = { bytes: 0, filings: 0 }
  let due = 0
  await count()

  async function count(): Promise<void> {
    const began = performance.now()
    const places = await folder.list()
    const now = performance.now()
    due = now + Math.max(COUNT_MS, (now - began) * COUNT_SHARE)
    held.filings = places.length
    held.bytes = places.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  const isFull = (bytes: number): boolean => held.filings + 1 > maxFilings || held.bytes + bytes > maxBytes

  async function admit(bytes: number): Promise<void> {
    // Other processes file and send too.
    if (isFull(bytes) || performance.now() > due) await count()
    if (isFull(bytes))
      throw new Refusal(
        'SPOOL_FULL',
        `the spool ${folder.path} is full: ${held.filings} filings of ${held.bytes} bytes wait there, and it may have ${maxFilings} of ${maxBytes} bytes; nothing was filed`,
      )
    held.filings += 1
    held.bytes += bytes
  }

  const sender: Sender | null =
    almagest &&
    openSender({
      folder,
      almagest,
      lock,
      refusedIn,
      told,
      retryMs,
      gone(bytes) {
        held.filings -= 1
        held.bytes -= bytes
      },
    })

  async function readWhy(name: string): Promise<RefusedFiling> {
    const text = await readFile(whyOf(refusedIn, name), 'utf8').catch(() => '{}')
    const { code = 'UNKNOWN', message = 'nobody wrote why', key = null, files = null } = whyIn(text)
    return { name, code, message, key, files }
  }

  return {
    async file(observation, files) {
      const head = headOf(observation)
      let number = 0
      async function* entries(): AsyncGenerator<Buffer, void, void> {
        for await (const portion of portionsOf(files)) {
          number += portion.length
          yield writeEntry({ ...head, files: portion } satisfies FileObservationInput, new Date())
        }
        if (number === 0) throw new Refusal('BAD_INPUT', 'files: must have at least one file')
      }
      await folder.add(entries(), admit).catch(async (error: unknown) => {
        await count()
        throw error
      })
      sender?.wake()
      return { key: head.key, executionId: head.id ?? null, files: number }
    },
    async state() {
      await count()
      const newer = await newerIn(folder)
      const [refused, sender] = [await namesIn(refusedIn), await holderOf(lock)]
      const { filings, bytes } = held
      return {
        folder: folder.path,
        waiting: filings - newer,
        bytes,
        maxFilings,
        maxBytes,
        newer,
        refused: refused.length,
        sender: sender && { pid: sender.pid, host: sender.host },
      }
    },
    async refused(most = 100) {
      const names = (await namesIn(refusedIn)).slice(0, most)
      const found: RefusedFiling[] = []
      for (let from = 0; from < names.length; from += AT_ONCE)
        found.push(...(await Promise.all(names.slice(from, from + AT_ONCE).map(readWhy))))
      return found
    },
    async retry(name) {
      const names = (await namesIn(refusedIn)).filter(found => name === undefined || found === name)
      if (name !== undefined && names.length === 0) throw new Refusal('NOT_FOUND', `there is no refused filing ${name}`)
      for (const found of names) await folder.putBack(found, refusedIn)
      await count()
      sender?.wake()
      return names.length
    },
    async drop(names) {
      const there = new Set(await namesIn(refusedIn))
      const odd = names.find(name => !there.has(name))
      if (odd !== undefined) throw new Refusal('NOT_FOUND', `there is no refused filing ${odd}`)
      for (const name of new Set(names)) await attempt(folder.path, () => dropFrom(refusedIn, name))
      return new Set(names).size
    },
    drained: async ({ signal } = {}) => (sender ? sender.drained(signal) : (await folder.list()).length === 0),
    async [Symbol.asyncDispose]() {
      await sender?.[Symbol.asyncDispose]()
    },
  }
}

/** What a client wrote beside a filing; nothing where a power cut tore it. */
function whyIn(text: string): Partial<RefusedFiling> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<RefusedFiling>
  } catch {
    return {}
  }
}

async function dropFrom(folder: string, name: string): Promise<void> {
  await unlink(join(folder, name))
  await unlink(whyOf(folder, name)).catch(() => {})
}

async function newerIn(folder: Folder): Promise<number> {
  let newer = 0
  for (const { name } of await folder.list()) {
    if ((versionOf(await folder.begin(name)) ?? 0) > ENTRY_VERSION) newer += 1
  }
  return newer
}
