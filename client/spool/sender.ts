import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Almagest } from '../almagest.ts'
import { Outage, Refusal, type RefusalCode } from '../errors.ts'
import { pause } from '../events.ts'
import { FileObservationDocument, type FileObservationInput } from '../operations.generated.ts'
import { ENTRY_VERSION, readEntry } from './entry.ts'
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
  readonly onRefused?: (filing: { readonly name: string; readonly code: string; readonly message: string }) => void
  /** Nothing can be sent now, and why; it is tried again by itself. */
  readonly onHeld?: (why: string) => void
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
}

/** So many filings are under way at once, begun in their order; never two of one execution. */
const AT_ONCE = 8
/** So many are taken from the folder in one look. */
const LOOK = 1_000
const LOOK_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/** Not the fault of one filing: the others would be told the same. */
const OF_ALL: readonly RefusalCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'UNTRUSTED_DOCUMENT', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST']

/** Begins to send what is in a folder, in its order, as long as no other process does. */
export function openSender({ folder, almagest, lock: lockPath, refusedIn, told, gone }: SenderOptions): Sender {
  const stop = new AbortController()
  const left = new Set<string>()
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
        const places = await folder.list({ but: left, most: LOOK })
        if (places.length > 0) await sendAll(places)
        else {
          empty(before)
          await rest(LOOK_MS)
        }
        failed = 0
      } catch (error) {
        if (stop.signal.aborted) break
        if (error instanceof Refusal && error.code === 'LOCKED') {
          // Another process sends: what it has sent is sent. When it ends, this one goes on.
          if ((await folder.list({ but: left, most: 1 }).catch(() => null))?.length === 0) empty(before)
          if (lockedBy !== error.message) told.onHeld?.((lockedBy = error.message))
          await rest(LOOK_MS, false)
          continue
        }
        if (!(error instanceof Outage) && !(error instanceof Refusal)) told.onHeld?.(`unexpected: ${String(error)}`)
        else told.onHeld?.(error.message)
        await rest(Math.min(250 * 2 ** failed++, LONGEST_WAIT_MS), false)
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

  /** Sends all of these, or throws what stands in the way of all; then those that were under way have come to their end. */
  async function sendAll(places: readonly Place[]): Promise<void> {
    const busy = new Map<string, Promise<void>>()
    const underWay = new Set<Promise<void>>()
    let fault: { readonly error: unknown } | null = null
    let unreadable: Outage | null = null
    for (const place of places) {
      if (fault || stop.signal.aborted) break
      const text = await readText(place)
      if (text === null) continue
      if (text instanceof Outage) {
        unreadable ??= text
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
        await refuse(place, { code: 'DAMAGED', message: `the filing is damaged: ${read.why}` })
        continue
      }
      const { input } = read.entry
      const work = (busy.get(input.key) ?? Promise.resolve())
        .then(() => (fault || stop.signal.aborted ? undefined : send(place, input)))
        .catch((error: unknown) => {
          fault ??= { error }
        })
        .finally(() => underWay.delete(work))
      busy.set(input.key, work)
      underWay.add(work)
      if (underWay.size >= AT_ONCE) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    if (fault) throw (fault as { error: unknown }).error
    if (unreadable) throw unreadable
  }

  /** What a place has: null when it is gone, an Outage when it cannot be read, which stands in the way of no other. */
  async function readText({ name }: Place): Promise<string | Outage | null> {
    try {
      return await readFile(join(folder.path, name), 'utf8')
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? null : new Outage(`the filing ${name} cannot be read: ${codeOf(error)}`, { cause: error })
    }
  }

  async function send(place: Place, input: FileObservationInput): Promise<void> {
    try {
      const { fileObservation } = await almagest.ask(FileObservationDocument, { input }, { signal: stop.signal })
      await folder.remove(place.name)
      gone(place.bytes)
      told.onFiled?.({
        key: input.key,
        executionId: fileObservation.execution.id,
        files: input.files.length,
        filesAdded: fileObservation.filesAdded,
      })
    } catch (error) {
      if (!(error instanceof Refusal) || OF_ALL.includes(error.code)) throw error
      await refuse(place, { code: error.code, message: error.message })
    }
  }

  async function refuse({ name, bytes }: Place, why: { code: string; message: string }): Promise<void> {
    await folder.refuse(name, { to: refusedIn, why: Buffer.from(`${JSON.stringify(why)}\n`) })
    gone(bytes)
    told.onRefused?.({ name, ...why })
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
