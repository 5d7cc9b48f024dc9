import { constants } from 'node:fs'
import { lstat, open, type FileHandle } from 'node:fs/promises'
import { checkPath, Outage, Refusal } from '@almagest/schema'
import { differenceOf, fileStatOf } from '../difference.ts'
import type { FileStat, Reading, ReadOptions } from '../store.ts'
import { returnChunk, takeChunk } from './chunk.ts'
import { absolute, attempt, checkPresent, errnoOf, lookUpFile, type Place } from './place.ts'

/** Device blocks are at most this long where O_DIRECT is allowed; offsets and lengths of direct reads are multiples of it. */
const DIRECT_BYTES = 4096

/** `Store.read` of a folder on this machine. */
export async function readPosix(place: Place, path: string, options: ReadOptions = {}): Promise<Reading | null> {
  checkPath(path)
  const opened = await openFile(place, path, { direct: options.direct ?? false })
  if (!opened) return null
  const { stat } = opened
  let { handle, direct } = opened
  let change: string | null = 'it was not read to its end'

  async function readAt(chunk: Buffer, { from, end }: { from: number; end: number }): Promise<number> {
    const wanted = Math.min(chunk.length, Math.ceil((end - from) / DIRECT_BYTES) * DIRECT_BYTES)
    try {
      return (await handle.read(chunk, 0, wanted, from)).bytesRead
    } catch (error) {
      if (!direct || errnoOf(error) !== 'EINVAL') return attempt({ place, doing: `read ${path}` }, () => Promise.reject(error))
    }
    const again = await openFile(place, path, { direct: false })
    if (again?.stat.inode !== stat.inode) throw new Outage(`${path} was replaced while it was read`, { locationId: null })
    await handle.close()
    handle = again.handle
    direct = false
    return readAt(chunk, { from, end })
  }

  async function* chunks(): AsyncGenerator<Buffer, void, void> {
    const chunk = takeChunk()
    try {
      let at = options.start ?? 0
      const end = Math.min(stat.bytes, at + (options.length ?? Infinity))
      while (at < end) {
        options.signal?.throwIfAborted()
        const from = direct ? at - (at % DIRECT_BYTES) : at
        const upTo = Math.min(end, from + (await readAt(chunk, { from, end })))
        if (upTo <= at) break
        yield chunk.subarray(at - from, upTo - from)
        at = upTo
      }
      change = at < end ? `it ended after ${at} of ${stat.bytes} bytes` : await changeOf()
    } finally {
      returnChunk(chunk)
      await handle.close()
    }
  }

  async function changeOf(): Promise<string | null> {
    const after = await attempt({ place, doing: `look at ${path}` }, () => handle.stat({ bigint: true }))
    const named = await lstat(absolute(place, path), { bigint: true }).catch(() => null)
    if (!named) await checkPresent(place)
    if (!named) return 'it is no longer there'
    return differenceOf(options.expected ?? {}, stat) ?? differenceOf(stat, fileStatOf(after)) ?? differenceOf(stat, fileStatOf(named))
  }

  return {
    stat,
    get direct() {
      return direct
    },
    change: () => change,
    [Symbol.asyncIterator]: chunks,
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

interface OpenedFile {
  readonly handle: FileHandle
  readonly stat: FileStat
  readonly direct: boolean
}

/** Opens the regular file that the path names without following a link; the opened file is proven to be the one looked at. */
async function openFile(place: Place, path: string, { direct }: { direct: boolean }): Promise<OpenedFile | null> {
  const named = await lookUpFile(place, path)
  if (!named) return null
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | (direct ? constants.O_DIRECT : 0)
  let handle: FileHandle
  try {
    handle = await open(absolute(place, path), flags)
  } catch (error) {
    const code = errnoOf(error)
    if (direct && code === 'EINVAL') return openFile(place, path, { direct: false })
    if (code === 'ELOOP') throw new Refusal('NOT_A_REGULAR_FILE', `${path} is a symbolic link`)
    if (code === 'ENOENT') return openFile(place, path, { direct })
    return attempt({ place, doing: `open ${path}` }, () => Promise.reject(error))
  }
  try {
    const found = await attempt({ place, doing: `look at ${path}` }, () => handle.stat({ bigint: true }))
    if (found.dev !== named.dev || found.ino !== named.ino)
      throw new Outage(`${path} was replaced while it was opened`, { locationId: null })
    return { handle, stat: fileStatOf(found), direct }
  } catch (error) {
    await handle.close()
    throw error
  }
}
