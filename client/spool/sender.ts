import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Almagest } from '../almagest.ts'
import { Outage, Refusal, type RefusalCode } from '../errors.ts'
import { pause } from '../events.ts'
import { fileWhatCan } from './division.ts'
import { ENTRY_VERSION, readEntry, writeEntry, type Entry } from './entry.ts'
import { codeOf, isFull, type Folder, type Place } from './folder.ts'
import { takeLock, type Lock } from './lock.ts'

/** What a sender tells of the filings, and of what holds all of them up. */
export interface Told {
  readonly onFiled?: (filing: {
    readonly key: string
    readonly executionId: string
    readonly files: number
    readonly filesAdded: number
  }) => void
  /** What the data centre refuses is set aside: of a filing some files, or all, or the filing as it is (`files` is null). */
  readonly onRefused?: (filing: {
    readonly name: string
    readonly code: string
    readonly message: string
    readonly files: number | null
  }) => void
  /** Nothing can be sent now, and why; it is tried again by itself. LOCKED: another process sends. */
  readonly onHeld?: (why: string, code?: 'LOCKED') => void
  /** One filing cannot be taken now, and why; the others go on, and it is tried again by itself. */
  readonly onDelayed?: (filing: { readonly name: string; readonly message: string }) => void
  /** One filing is left alone, and why: a newer client has to send it. The others go on. */
  readonly onLeft?: (filing: { readonly name: string; readonly message: string }) => void
}

/** Sends what is in a folder, until it is disposed of. */
export interface Sender extends AsyncDisposable {
  /** Looks into the folder now. */
  wake(): void
  /** Resolves with true when nothing is left to send, with false after the signal. */
  drained(signal: AbortSignal | undefined): Promise<boolean>
}

interface SenderOptions {
  readonly folder: Folder
  readonly almagest: Pick<Almagest, 'ask' | 'url'>
  readonly lock: string
  readonly refusedIn: string
  readonly told: Told
  /** Hears how many bytes of the folder were given back. */
  readonly gone: (bytes: number) => void
  /** How long it waits before it tries again, at first; then twice as long, each time. */
  readonly retryMs: number
}

/** A filing that the data centre stumbles over, and perhaps over it alone. */
interface Delayed {
  readonly tries: number
  /** By the clock that is never set. */
  readonly until: number
  /** How many filings had been taken when it failed first. */
  readonly before: number
}

/** So many filings are under way at once, begun in their order; never two of one execution. */
const AT_ONCE = 8
/** So many are taken from the folder in one look. */
const LOOK = 1_000
const LOOK_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** What fails so often, while others are taken, is set aside. */
const TRIES = 6
/** So many that fail, one after the other, are no fault of theirs. */
const FAILED_IN_A_ROW = 8

/** Not the fault of one filing: the others would be told the same. */
const OF_ALL: readonly RefusalCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'UNTRUSTED_DOCUMENT', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST']

/** Begins to send what is in a folder, in its order, as long as no other process does. */
export function openSender({ folder, almagest, lock: lockPath, refusedIn, told, gone, retryMs }: SenderOptions): Sender {
  const stop = new AbortController()
  const left = new Set<string>()
  const delayed = new Map<string, Delayed>()
  let taken = 0
  let inARow = 0
  let awake = new AbortController()
  let isEmpty = false
  let woken = 0
  let held: Lock | null = null
  let lockedBy = ''
  const waiting = new Set<() => void>()
  const running = run()

  async function run(): Promise<void> {
    for (let failed = 0; !stop.signal.aborted;) {
      awake = new AbortController()
      const before = woken
      try {
        if (!held) {
          held = await lock()
          await folder.tidy()
        }
        const now = performance.now()
        const late = [...delayed].filter(([, { until }]) => until > now)
        const places = await folder.list({ but: new Set([...left, ...late.map(([name]) => name)]), most: LOOK })
        if (places.length > 0) await sendAll(places)
        else {
          if (late.length === 0) empty(before)
          await rest(Math.min(LOOK_MS, ...late.map(([, { until }]) => until - now)))
        }
        failed = 0
      } catch (error) {
        if (stop.signal.aborted) break
        if (error instanceof Refusal && error.code === 'LOCKED') {
          // Another process sends: what it has sent is sent. When it ends, this one goes on.
          if ((await folder.list({ but: left, most: 1 }).catch(() => null))?.length === 0) empty(before)
          if (lockedBy !== error.message) told.onHeld?.((lockedBy = error.message), 'LOCKED')
          await rest(LOOK_MS, false)
          continue
        }
        if (!(error instanceof Outage) && !(error instanceof Refusal)) told.onHeld?.(`unexpected: ${String(error)}`)
        else told.onHeld?.(error.message)
        await rest(waitMs(failed++), false)
      }
    }
    await held?.[Symbol.asyncDispose]()
  }

  /** The right to send; null where the disk is full: only what is sent makes room, and what two processes send is sent once. */
  async function lock(): Promise<Lock | null> {
    try {
      return await takeLock(lockPath, { what: `the spool ${folder.path} is being sent`, patience: stop.signal })
    } catch (error) {
      if (isFull(error)) return null
      throw error
    }
  }

  /** Nothing is left, unless something was filed since. */
  function empty(before: number): void {
    isEmpty = before === woken
    if (!isEmpty) return
    for (const done of waiting) done()
    waiting.clear()
  }

  /** Waits; a new filing ends it, but where nothing can be sent. */
  async function rest(ms: number, wakes = true): Promise<void> {
    await pause(ms, wakes ? AbortSignal.any([stop.signal, awake.signal]) : stop.signal)
  }

  function waitMs(failed: number): number {
    return Math.min(retryMs * 2 ** failed, LONGEST_WAIT_MS)
  }

  /** Sends all of these, or throws what stands in the way of all; then those that were under way have come to their end. */
  async function sendAll(places: readonly Place[]): Promise<void> {
    const busy = new Map<string, Promise<void>>()
    const underWay = new Set<Promise<void>>()
    let fault: { readonly error: unknown } | null = null
    // What the disk does not let through stands in the way of no other.
    let stuck: Outage | null = null
    const ofDisk = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work()
      } catch (error) {
        if (!(error instanceof Outage) || error.code !== null || !isFull(error.cause)) throw error
        stuck ??= error
      }
    }
    for (const place of places) {
      if (fault || stop.signal.aborted) break
      const text = await readText(place)
      if (text === null) continue
      if (text instanceof Outage) {
        stuck ??= text
        continue
      }
      const read = readEntry(text)
      if (read.kind === 'newer') {
        left.add(place.name)
        told.onLeft?.({
          name: place.name,
          message: `the filing ${place.name} was written by a newer client (version ${read.version}, this one knows ${ENTRY_VERSION}): it is left alone for that`,
        })
        continue
      }
      if (read.kind === 'damaged') {
        const why = { code: 'DAMAGED', message: `the filing is damaged: ${read.why}`, key: null, files: null }
        await ofDisk(() => refuse(place, { why }))
        continue
      }
      const { entry } = read
      const { key } = entry.input
      const work = (busy.get(key) ?? Promise.resolve())
        .then(() => (fault || stop.signal.aborted ? undefined : ofDisk(() => send(place, entry))))
        .catch((error: unknown) => {
          fault ??= { error }
        })
        .finally(() => underWay.delete(work))
      busy.set(key, work)
      underWay.add(work)
      if (underWay.size >= AT_ONCE) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    if (fault) throw (fault as { error: unknown }).error
    if (stuck) throw stuck as Outage
  }

  /** What a place has: null when it is gone, an Outage when it cannot be read, which stands in the way of no other. */
  async function readText({ name }: Place): Promise<string | Outage | null> {
    try {
      return await readFile(join(folder.path, name), 'utf8')
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? null : new Outage(`the filing ${name} cannot be read: ${codeOf(error)}`, { cause: error })
    }
  }

  async function send(place: Place, { input, filedAt }: Entry): Promise<void> {
    const { key } = input
    try {
      const sent = await fileWhatCan(almagest.ask, { input, codes: OF_ALL, signal: stop.signal })
      inARow = 0
      if (sent.refused) {
        const { files, ...why } = sent.refused
        const part = sent.taken ? writeEntry({ ...input, files }, filedAt) : undefined
        await refuse(place, { why: { ...why, key, files: files.length }, part })
      } else {
        await folder.remove(place.name)
        gone(place.bytes)
      }
      delayed.delete(place.name)
      if (!sent.taken) return
      taken += 1
      told.onFiled?.({ key, ...sent.taken })
    } catch (error) {
      if (!(error instanceof Outage) || !isOfOne(error)) throw error
      await delay(place, { error, key, files: input.files.length })
    }
  }

  /** Tries a filing again later than those behind it; sets it aside where these are taken, and it is not. */
  async function delay(place: Place, { error, key, files }: { error: Outage; key: string; files: number }): Promise<void> {
    const { name } = place
    const { tries: tried, before } = delayed.get(name) ?? { tries: 0, before: taken }
    const tries = tried + 1
    if (tries >= TRIES && taken > before) {
      await refuse(place, { why: { code: error.code ?? '', message: error.message, key, files } })
      delayed.delete(name)
      return
    }
    delayed.set(name, { tries, before, until: performance.now() + waitMs(tried) })
    if (tries === 1)
      told.onDelayed?.({ name, message: `the data centre stumbles over the filing ${name}, which is tried again: ${error.message}` })
    if (tries === TRIES) told.onHeld?.(error.message)
    if (tries === 1 && ++inARow >= FAILED_IN_A_ROW) throw error
  }

  async function refuse({ name, bytes }: Place, { why, part }: { why: Why; part?: Buffer | undefined }): Promise<void> {
    await folder.refuse(name, { to: refusedIn, why: Buffer.from(`${JSON.stringify(why)}\n`), part })
    gone(bytes)
    const { code, message, files } = why
    told.onRefused?.({ name, code, message, files })
  }

  return {
    wake() {
      isEmpty = false
      woken += 1
      awake.abort()
    },
    async drained(signal) {
      const ended = AbortSignal.any(signal ? [signal, stop.signal] : [stop.signal])
      if (!isEmpty && !ended.aborted)
        await new Promise<void>(resolve => {
          waiting.add(resolve)
          ended.addEventListener('abort', () => resolve())
        })
      return isEmpty
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

/** Why a filing was set aside, as it stands beside it. */
interface Why {
  readonly code: string
  readonly message: string
  readonly key: string | null
  readonly files: number | null
}

/** Whether the data centre failed at one filing, not because something is away. */
function isOfOne({ code }: Outage): boolean {
  return code !== null && code !== 'UNAVAILABLE' && code !== 'SUBGRAPH_UNAVAILABLE'
}
