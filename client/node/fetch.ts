import { constants } from 'node:fs'
import { link, open, stat, unlink } from 'node:fs/promises'
import type { Almagest, LocatedFile } from '../almagest.ts'
import type { Asking } from '../ask.ts'
import { download, known } from '../download.ts'
import { Outage, Refusal, type RefusalCode } from '../errors.ts'
import { TopologyDocument } from '../operations.generated.ts'
import { codeOf } from '../spool/folder.ts'
import { newId } from '../uuid.ts'
import { digestOfFile, openNativeDigest } from './digest.ts'
import { makeFolder } from './make-folder.ts'
import { folderOf, onDisk } from './paths.ts'

/** A file that was fetched. */
export interface Fetched {
  readonly path: string
  readonly bytes: number
  readonly digest: string
  /** The location whose copy was read. */
  readonly location: string
  /** Whether it was there already, and is what it should be. */
  readonly wasThere: boolean
}

/** How a file is fetched. */
export interface Fetching extends Asking {
  /** Hears how many bytes are there so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined
  /** Hears of a copy that is not what it should be, or cannot be read; the next place is tried. */
  readonly onBad?: ((why: string) => void) | undefined
}

/** Fetches files to disks. */
export interface Fetcher {
  /**
   * Writes a file at a path, compared with its digest before it gets its name; nothing is overwritten. Refuses with EXISTS another file of that name, with
   * NOT_REACHABLE one of which no copy can be read from here, with DIGEST_MISMATCH bytes that are not what they should be.
   */
  fetch(file: LocatedFile, into: string | Buffer, fetching?: Fetching): Promise<Fetched>
}

const CHUNK_BYTES = 1 << 20

/** What is the fault of one copy: another may be right. */
const OF_SOURCE: readonly RefusalCode[] = ['DIGEST_MISMATCH', 'NOT_REACHABLE']

/** Opens what fetches files: from the folders of locations that are mounted here, else from the data server of a site where they are staged. */
export function openFetcher(almagest: Pick<Almagest, 'ask'>): Fetcher {
  let roots: Promise<ReadonlyMap<string, string>> | null = null

  async function rootsOf(asking: Asking): Promise<ReadonlyMap<string, string>> {
    const { sites } = await almagest.ask(TopologyDocument, {}, asking)
    const places = (sites ?? []).flatMap(({ locations }) => locations)
    return new Map(places.flatMap(place => ('root' in place && place.root ? [[place.name, place.root]] : [])))
  }

  return {
    async fetch(file, into, { signal, onBytes = () => {}, onBad = () => {} } = {}) {
      const wanted = known(file)
      const { path, bytes, digest } = wanted
      roots ??= rootsOf({ signal })
      const folders = await roots
      let bad: Refusal | null = null
      for (const source of file.sources.filter(({ usable }) => usable)) {
        const root = folders.get(source.location)
        const place = root === undefined ? null : onDisk(root, source.path)
        if (place === null || !(await holds(place, (source.offset ?? 0) + bytes))) continue
        const reading = readRange(place, { start: source.offset ?? 0, bytes })
        try {
          return await write(reading, { path, bytes, digest, into, from: source.location }, { signal, onBytes })
        } catch (error) {
          if (!(error instanceof Refusal) || !OF_SOURCE.includes(error.code)) throw error
          bad ??= error
          onBad(error.message)
        }
      }
      const reading = download({ ask: almagest.ask }, wanted, { signal })
      return write(reading, { path, bytes, digest, into, from: 'the data server' }, { signal, onBytes }).catch((error: unknown) => {
        throw bad && error instanceof Refusal && error.code === 'NOT_REACHABLE' ? bad : error
      })
    },
  }
}

/** Whether there is a file of at least so many bytes at a path of this machine. */
async function holds(path: string | Buffer, bytes: number): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && found.isFile() && found.size >= bytes
}

async function* readRange(
  path: string | Buffer,
  { start, bytes }: { start: number; bytes: number },
): AsyncGenerator<Uint8Array, void, void> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let at = 0; at < bytes;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, bytes - at), start + at).catch((error: unknown) => {
        throw unreadable(path, error)
      })
      if (bytesRead === 0) throw new Refusal('NOT_REACHABLE', `${path} became shorter while it was read`)
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}

function unreadable(path: string | Buffer, error: unknown): Refusal {
  return new Refusal('NOT_REACHABLE', `${path} cannot be read: ${codeOf(error)}`)
}

interface Target {
  readonly path: string
  readonly bytes: number
  readonly digest: string
  readonly into: string | Buffer
  /** What is said of where it came from. */
  readonly from: string
}

/** Bytes first, then the name: under another name until they are compared and synced, then linked, which overwrites nothing. */
async function write(
  reading: AsyncIterable<Uint8Array>,
  { path, bytes, digest, into, from }: Target,
  { signal, onBytes }: { signal: AbortSignal | undefined; onBytes: (bytes: number) => void },
): Promise<Fetched> {
  const folder = folderOf(into)
  await makeFolder(folder)
  const temporary = Buffer.concat([folder, Buffer.from(`/.almagest-${newId()}`)])
  const running = await openNativeDigest(digest)
  const file = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o644)
  try {
    let written = 0
    for await (const chunk of reading) {
      signal?.throwIfAborted()
      running.update(chunk)
      await file.writeFile(chunk)
      onBytes((written += chunk.length))
    }
    await file.sync()
    const found = running.done()
    if (found !== digest || written !== bytes)
      throw new Refusal('DIGEST_MISMATCH', `${path} of ${from} is ${found}, and should be ${digest}: nothing was written`)
    const wasThere = await link(temporary, into).then(
      () => false,
      async (error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error
        if (!(await isSame(into, { bytes, digest })))
          throw new Refusal('EXISTS', `${into} is there already, and is another file: nothing was written`)
        return true
      },
    )
    return { path, bytes, digest, location: from, wasThere }
  } catch (error) {
    if (codeOf(error) === 'ENOSPC') throw new Outage(`the disk of ${folder} is full: nothing was written`, { cause: error })
    throw error
  } finally {
    await file.close()
    await unlink(temporary).catch(() => {})
  }
}

async function isSame(path: string | Buffer, { bytes, digest }: { bytes: number; digest: string }): Promise<boolean> {
  const found = await stat(path)
  return found.size === bytes && (await digestOfFile(path, digest)) === digest
}
