import { constants } from 'node:fs'
import { link, lstat, open, rm, unlink } from 'node:fs/promises'
import { checkPath, Outage, Refusal } from '@almagest/schema'
import { algorithmOf, digestOf, openDigest } from '../../digest/digest.ts'
import type { WriteOptions, Written } from '../store.ts'
import { returnChunk, takeChunk } from './chunk.ts'
import {
  absolute,
  attempt,
  checkPresent,
  checkToken,
  errnoOf,
  INFLIGHT,
  makeFolders,
  parentOf,
  syncFolder,
  syncFolders,
  type Place,
} from './place.ts'
import { readPosix } from './read.ts'

/** `Store.write` to a folder on this machine. */
export async function writePosix(place: Place, path: string, { chunks, options }: { chunks: AsyncIterable<Uint8Array>; options: WriteOptions }): Promise<Written> {
  checkPath(path)
  checkToken(options.token)
  await checkPresent(place)
  const staged = `${INFLIGHT}/${options.token}.part`
  await makeFolders(place, INFLIGHT)
  await discard(place, staged)
  try {
    const written = await stage(place, staged, { chunks, options })
    await checkPresent(place)
    await publish(place, path, { staged, written })
    return written
  } finally {
    await discard(place, staged)
  }
}

/** Writes a new file of mode 0444 and makes its bytes durable; its name is not durable yet, and a failed file is left for the caller to remove. */
export async function stage(
  place: Place,
  staged: string,
  { chunks, options }: { chunks: AsyncIterable<Uint8Array>; options: Omit<WriteOptions, 'token'> },
): Promise<Written> {
  const { expected, signal, mtimeNs } = options
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW
  await using file = await attempt({ place, doing: `create ${staged}` }, () => open(absolute(place, staged), flags, 0o600))
  const digest = openDigest(expected && algorithmOf(expected.digest))
  const chunk = takeChunk()
  let bytes = 0
  let filled = 0

  const flush = () =>
    attempt({ place, doing: `write ${staged}` }, async () => {
      for (let done = 0; done < filled; ) done += (await file.write(chunk, done, filled - done)).bytesWritten
      filled = 0
    })

  try {
    for await (const piece of chunks) {
      signal?.throwIfAborted()
      digest.update(piece)
      bytes += piece.length
      for (let taken = 0; taken < piece.length; ) {
        const part = piece.subarray(taken, taken + chunk.length - filled)
        chunk.set(part, filled)
        filled += part.length
        taken += part.length
        if (filled === chunk.length) await flush()
      }
    }
    await flush()
  } finally {
    returnChunk(chunk)
  }

  const written = { bytes, digest: digest.done() }
  if (expected && (expected.bytes !== bytes || expected.digest !== written.digest)) {
    throw new Outage(`what came for ${staged} is ${bytes} bytes, ${written.digest}, and not the expected ${expected.bytes} bytes, ${expected.digest}`)
  }
  signal?.throwIfAborted()
  await attempt({ place, doing: `make ${staged} durable` }, async () => {
    if (mtimeNs !== undefined) await file.utimes(Number(mtimeNs) / 1e9, Number(mtimeNs) / 1e9)
    await file.chmod(0o444)
    await file.sync()
  })
  return written
}

/** Gives a staged file its name, durably, or finds the same bytes there already; refuses with CONFLICT if others are. */
export async function publish(place: Place, path: string, { staged, written }: { staged: string; written: Written }): Promise<void> {
  await makeFolders(place, parentOf(path))
  const linked = await attempt({ place, doing: `publish ${path}` }, async () => {
    try {
      await link(absolute(place, staged), absolute(place, path))
      return true
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false
      throw error
    }
  })
  if (!linked && !(await holds(place, path, written))) throw new Refusal('CONFLICT', `${path} is there already and is another file`)
  try {
    await syncFolders(place, parentOf(path))
  } catch (error) {
    if (linked) await withdraw(place, path, { staged })
    throw error
  }
}

/** Whether exactly these bytes are at a path, by reading them again, past the page cache where possible. */
export async function holds(place: Place, path: string, { bytes, digest }: Written): Promise<boolean> {
  await using reading = await readPosix(place, path, { direct: true })
  if (reading?.stat.bytes !== bytes) return false
  return (await digestOf(reading, algorithmOf(digest))).digest === digest && reading.change() === null
}

/** A name that could not be made durable is taken back, so that a later run starts again and does not trust it. */
async function withdraw(place: Place, path: string, { staged }: { staged: string }): Promise<void> {
  const [named, ours] = await Promise.all([path, staged].map((name) => lstat(absolute(place, name), { bigint: true }).catch(() => null)))
  if (named && ours && named.ino === ours.ino && named.dev === ours.dev) await unlink(absolute(place, path)).catch(() => null)
}

/** Removes what is staged, file or folder, durably; nothing if nothing is there. */
export async function discard(place: Place, staged: string): Promise<void> {
  const there = await lstat(absolute(place, staged)).catch(() => null)
  if (!there) return
  await attempt({ place, doing: `remove ${staged}` }, () => rm(absolute(place, staged), { recursive: true, force: true }))
  await syncFolder(place, parentOf(staged))
}
