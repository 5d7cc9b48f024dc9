import { constants, createReadStream } from 'node:fs'
import { link, lstat, open, rm, unlink } from 'node:fs/promises'
import { checkPath, Refusal } from '@almagest/schema'
import { crashPoint } from '../../crash-point.ts'
import { algorithmOf, digestOf, openDigest, type DigestAlgorithm } from '../../digest/digest.ts'
import { checkToken, unexpected } from '../expected.ts'
import type { WriteOptions, Written } from '../store.ts'
import { returnChunk, takeChunk, WRITE_BYTES } from './chunk.ts'
import { absolute, attempt, checkPresent, errnoOf, INFLIGHT, makeFolders, parentOf, plain, sync, syncFolders, type Place } from './place.ts'
import { readPosix } from './read.ts'

type Chunks = AsyncIterable<Uint8Array>

/** How much is written before the disk is asked to take it while more comes, so that little is left to wait for in the end. */
export const BEHIND_BYTES = 64 * 2 ** 20

const CREATE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW

/** `Store.write` to a folder on this machine. */
export async function writePosix(
  place: Place,
  path: string,
  { chunks, options }: { chunks: Chunks; options: WriteOptions },
): Promise<Written> {
  checkPath(path)
  checkToken(options.token)
  await checkPresent(place)
  const staged = `${INFLIGHT}/${options.token}.part`
  await makeFolders(place, INFLIGHT)
  await discard(place, staged)
  try {
    const written = await stage(place, path, { staged, chunks, options })
    await checkPresent(place)
    await publish(place, path, { staged, isThere: () => holds(place, path, { written, signal: options.signal }) })
    return written
  } finally {
    // What cannot be removed now, the next run of this token or the sweep removes; the outcome of the write stays what it is.
    await discard(place, staged).catch(() => null)
  }
}

/** `Store.writeFile` to a folder on this machine. */
export async function writeFilePosix(
  place: Place,
  path: string,
  { fill, options: { token, signal } }: { fill: (file: string) => Promise<void>; options: Pick<WriteOptions, 'token' | 'signal'> },
): Promise<number> {
  checkPath(path)
  checkToken(token)
  await checkPresent(place)
  const staged = `${INFLIGHT}/${token}.part`
  const file = plain(place, staged)
  await makeFolders(place, INFLIGHT)
  await discard(place, staged)
  try {
    await attempt({ place, doing: `write ${path}` }, async () => {
      await (await open(file, CREATE, 0o600)).close()
      await fill(file)
    })
    signal?.throwIfAborted()
    const bytes = await attempt({ place, doing: `make ${path} durable` }, async () => {
      await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
      await handle.chmod(0o444)
      await handle.sync()
      return (await handle.stat()).size
    })
    await checkPresent(place)
    const isThere = async () => holds(place, path, { written: await digestOf(createReadStream(file, { signal })), signal })
    await publish(place, path, { staged, isThere })
    return bytes
  } finally {
    await discard(place, staged).catch(() => null)
  }
}

/** Writes a new file of mode 0444 under the name `staged` and makes its bytes durable. If it throws, the caller removes what is there. */
export async function stage(
  place: Place,
  path: string,
  { staged, chunks, options }: { staged: string; chunks: Chunks; options: Omit<WriteOptions, 'token'> },
): Promise<Written> {
  const { expected, signal, mtimeNs } = options
  const file = await attempt({ place, doing: `create ${path}` }, () => open(absolute(place, staged), CREATE, 0o600))
  let behind = Promise.resolve()
  let isBehind = false
  let since = 0
  try {
    const written = await fill(chunks, {
      algorithm: expected && algorithmOf(expected.digest),
      signal,
      write: chunk =>
        attempt({ place, doing: `write ${path}` }, async () => {
          for (let done = 0; done < chunk.length;)
            done += (await file.write(chunk, done, Math.min(chunk.length - done, WRITE_BYTES))).bytesWritten
          since += chunk.length
          if (since < BEHIND_BYTES || isBehind) return
          since = 0
          isBehind = true
          // An error of the disk is told once: after one, all that follow are the same.
          behind = behind.then(() => file.datasync()).finally(() => (isBehind = false))
          behind.catch(() => {})
        }),
    })
    if (expected && (expected.bytes !== written.bytes || expected.digest !== written.digest)) {
      const came = `${written.bytes} bytes, ${written.digest}`
      throw unexpected(`what came for ${path} is ${came}, not ${expected.bytes} bytes, ${expected.digest}`)
    }
    signal?.throwIfAborted()
    await attempt({ place, doing: `make ${path} durable` }, async () => {
      if (mtimeNs !== undefined) await file.utimes(Number(mtimeNs) / 1e9, Number(mtimeNs) / 1e9)
      await file.chmod(0o444)
      await behind
      await file.sync()
      await file.close()
    })
    return written
  } finally {
    await file.close().catch(() => null)
  }
}

/** Gathers small pieces into full chunks, and takes large ones as they are; digests them on the way. */
async function fill(
  pieces: Chunks,
  {
    algorithm,
    signal,
    write,
  }: { algorithm: DigestAlgorithm | undefined; signal: AbortSignal | undefined; write(chunk: Uint8Array): Promise<void> },
): Promise<Written> {
  const digest = openDigest(algorithm)
  const chunk = takeChunk()
  let bytes = 0
  let filled = 0

  async function gather(piece: Uint8Array): Promise<void> {
    for (let taken = 0; taken < piece.length;) {
      const part = piece.subarray(taken, taken + chunk.length - filled)
      chunk.set(part, filled)
      filled += part.length
      taken += part.length
      if (filled < chunk.length) break
      await write(chunk)
      filled = 0
    }
  }

  try {
    for await (const large of pieces) {
      for (let at = 0; at < large.length; at += chunk.length) {
        signal?.throwIfAborted()
        const piece = large.subarray(at, at + chunk.length)
        const taken = filled === 0 && piece.length === chunk.length ? write(piece) : gather(piece)
        // While it is being written.
        digest.update(piece)
        await taken
      }
      bytes += large.length
    }
    await write(chunk.subarray(0, filled))
    return { bytes, digest: digest.done() }
  } finally {
    returnChunk(chunk)
  }
}

/** Gives a staged file its name, durably, or finds the same bytes there already; refuses with CONFLICT if others are. */
export async function publish(
  place: Place,
  path: string,
  { staged, isThere }: { staged: string; isThere: () => Promise<boolean> },
): Promise<void> {
  await makeFolders(place, parentOf(path))
  crashPoint('before-link')
  const linked = await attempt({ place, doing: `publish ${path}` }, async () => {
    try {
      await link(absolute(place, staged), absolute(place, path))
      return true
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false
      throw error
    }
  })
  if (!linked && !(await isThere())) throw new Refusal('CONFLICT', `${path} is there already and is another file`)
  if (!linked) await sync(place, path)
  crashPoint('after-link-before-sync')
  try {
    await syncFolders(place, parentOf(path))
  } catch (error) {
    if (linked) await withdraw(place, path, { staged })
    throw error
  }
  crashPoint('after-publish')
}

/** Whether exactly these bytes are at a path, by reading them again, past the page cache where possible. */
export async function holds(
  place: Place,
  path: string,
  { written, signal }: { written: Written; signal: AbortSignal | undefined },
): Promise<boolean> {
  await using reading = await readPosix(place, path, { direct: true, signal })
  if (reading?.stat.bytes !== written.bytes) return false
  const { digest } = await digestOf(reading, algorithmOf(written.digest))
  return digest === written.digest
}

/** A name that could not be made durable is taken back, so that a later run starts again and does not trust it. */
async function withdraw(place: Place, path: string, { staged }: { staged: string }): Promise<void> {
  const [named, ours] = await Promise.all([path, staged].map(name => lstat(absolute(place, name), { bigint: true }).catch(() => null)))
  if (named && ours && named.ino === ours.ino && named.dev === ours.dev) await unlink(absolute(place, path)).catch(() => null)
}

/** Removes what is staged, file or folder, durably; nothing if nothing is there. */
export async function discard(place: Place, staged: string): Promise<void> {
  const there = await lstat(absolute(place, staged)).catch(() => null)
  if (!there) return
  await attempt({ place, doing: `remove ${staged}` }, () => rm(absolute(place, staged), { recursive: true, force: true }))
  await sync(place, parentOf(staged))
}
