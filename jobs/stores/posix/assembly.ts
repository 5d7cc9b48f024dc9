import { constants } from 'node:fs'
import { appendFile, chmod, copyFile, lstat, open, readdir, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises'
import { checkPath, Outage, Refusal, type Digest } from '@almagest/schema'
import { crashPoint } from '../../crash-point.ts'
import { algorithmOf, openDigest, type DigestAlgorithm } from '../../digest/digest.ts'
import { checkToken, unexpected } from '../expected.ts'
import type { AssembleOptions, Assembly, Written } from '../store.ts'
import { returnChunk, takeChunk, WRITE_BYTES } from './chunk.ts'
import {
  absolute,
  attempt,
  checkPresent,
  errnoOf,
  INFLIGHT,
  lookUpFile,
  makeFolders,
  parentOf,
  plain,
  sync,
  syncFolders,
  type Place,
} from './place.ts'
import { BEHIND_BYTES, discard, holds, publish } from './write.ts'

/** How many of the parts that were noted last are read again before what an earlier run left is gone on with. */
const PARTS_TO_REREAD = 2

/** `Store.assemble` on this machine: a file in `.inflight`, and beside it a journal of the parts that were made durable. */
export async function assemblePosix(place: Place, path: string, options: AssembleOptions): Promise<Assembly> {
  const { token, expected, partBytes, digests, signal } = options
  checkPath(path)
  checkToken(token)
  await checkPresent(place)
  await makeFolders(place, INFLIGHT)
  const staged = `${INFLIGHT}/${token}.part`
  const journal = `${INFLIGHT}/${token}.journal`
  const heading = `${expected.bytes} ${expected.digest} ${partBytes}\n`
  const parts = Array.from({ length: Math.ceil(expected.bytes / partBytes) }, (_, index) => ({
    at: index * partBytes,
    bytes: Math.min(partBytes, expected.bytes - index * partBytes),
  }))
  if (digests && digests.length !== 32 * parts.length)
    throw new Outage(`${path} should have ${parts.length} parts, and ${digests.length / 32} digests of parts are known`, {
      locationId: null,
    })

  if (await isThere(place, path, { written: expected, signal })) return finished(place, path, { parts, expected })
  const noted = await takeOver(place, { token, heading, earlier: options.earlier })
  const done = new Map<number, Digest>()
  let file = await openStaged(place, path, { staged, bytes: expected.bytes })
  let useless = false
  let broken: { readonly by: unknown } | null = null
  let unflushed = 0
  let flushing: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function digestOfBytes(from: number, end: number, algorithm: DigestAlgorithm): Promise<Digest> {
    const digest = openDigest(algorithm)
    const chunk = takeChunk()
    try {
      for (let at = from; at < end;) {
        signal?.throwIfAborted()
        const { bytesRead } = await attempt({ place, doing: `read ${path} again` }, () =>
          file.read(chunk, 0, Math.min(chunk.length, end - at), at),
        )
        if (bytesRead === 0) break
        digest.update(chunk.subarray(0, bytesRead))
        at += bytesRead
      }
      return digest.done()
    } finally {
      returnChunk(chunk)
    }
  }

  function partOf(part: number): { at: number; bytes: number } {
    const found = parts[part]
    if (!found) throw new Error(`${path} has no part ${part}`)
    return found
  }

  const digestOfPart = (part: number): Promise<Digest> => {
    const { at, bytes } = partOf(part)
    return digestOfBytes(at, at + bytes, 'blake3')
  }

  /** What is written while one flush runs is made durable by the next, once for all who wait. */
  function flush(): Promise<void> {
    const sync = async (): Promise<void> => {
      // The disk tells an error once: what was written until then is not to be trusted, whatever it says later.
      if (broken) throw broken.by
      unflushed = 0
      try {
        await attempt({ place, doing: `make parts of ${path} durable` }, () => file.datasync())
      } catch (error) {
        useless = true
        broken = { by: error }
        throw error
      }
    }
    if (!flushing) return (flushing = sync().finally(() => (flushing = null)))
    next ??= flushing
      .catch(() => null)
      .then(() => {
        next = null
        return flush()
      })
    return next
  }

  try {
    for (const [part, digest] of await trust(noted, { count: parts.length, digestOfPart })) done.set(part, digest)
  } catch (error) {
    await file.close()
    throw error
  }

  const assembly: Assembly = {
    parts,
    file: plain(place, staged),
    has: part => done.has(part),

    async write(chunk, at) {
      signal?.throwIfAborted()
      await attempt({ place, doing: `write ${path}` }, async () => {
        for (let written = 0; written < chunk.length;) {
          const wanted = Math.min(chunk.length - written, WRITE_BYTES)
          written += (await file.write(chunk, written, wanted, at + written)).bytesWritten
        }
      })
      unflushed += chunk.length
      // Who finishes a part is told how it ended.
      if (unflushed >= BEHIND_BYTES && !flushing) flush().catch(() => {})
    },

    async clone(from) {
      const clone = absolute(place, `${INFLIGHT}/${token}.clone`)
      const cloned = await copyFile(from, clone, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).then(
        () => true,
        () => false,
      )
      if (!cloned) return false
      await file.close()
      await attempt({ place, doing: `create ${path}` }, async () => {
        await chmod(clone, 0o600)
        await rename(clone, absolute(place, staged))
      })
      file = await openStaged(place, path, { staged, bytes: expected.bytes })
      return true
    },

    async finish(part, digest) {
      partOf(part)
      if (digests && digest !== `blake3:${Buffer.from(digests.subarray(32 * part, 32 * part + 32)).toString('hex')}`) return false
      await flush()
      await attempt({ place, doing: `note a part of ${path}` }, () => appendFile(absolute(place, journal), `${part} ${digest}\n`))
      done.set(part, digest)
      crashPoint('after-part')
      return true
    },

    verify: async part => assembly.finish(part, await digestOfPart(part)),

    async publish() {
      const missing = parts.findIndex((_, part) => !done.has(part))
      if (missing >= 0) throw new Outage(`part ${missing} of ${path} did not come`, { locationId: null })
      // Where the digests of the parts were known, they vouch for the whole: they were taken when the whole was read.
      const digest = digests ? expected.digest : await digestOfBytes(0, expected.bytes, algorithmOf(expected.digest))
      if (digest !== expected.digest) {
        useless = true
        throw unexpected(`what came for ${path} is ${expected.bytes} bytes, ${digest}, not ${expected.digest}`)
      }
      signal?.throwIfAborted()
      await flushing
      if (broken) throw broken.by
      await attempt({ place, doing: `make ${path} durable` }, async () => {
        await file.chmod(0o444)
        try {
          await file.sync()
        } catch (error) {
          useless = true
          throw error
        }
        await file.close()
      })
      await checkPresent(place)
      crashPoint('before-assembly-published')
      await publish(place, path, { staged, isThere: () => holds(place, path, { written: expected, signal }) })
      useless = true
      return expected
    },

    async discard() {
      useless = false
      await file.close().catch(() => null)
      await discard(place, journal)
      await discard(place, staged)
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([flushing, next].map(waiting => waiting?.catch(() => null)))
      // As after a failed write: the sweep removes what cannot be removed now.
      if (useless) await assembly.discard().catch(() => null)
      await file.close().catch(() => null)
    },
  }
  return assembly
}

/** Whether the path has these bytes already, durably; refuses with CONFLICT if it has others. */
async function isThere(place: Place, path: string, given: { written: Written; signal: AbortSignal | undefined }): Promise<boolean> {
  if (!(await lookUpFile(place, path))) return false
  if (!(await holds(place, path, given))) throw new Refusal('CONFLICT', `${path} is there already and is another file`)
  await sync(place, path)
  await syncFolders(place, parentOf(path))
  return true
}

/** A file that had its name before it was begun, as when a run was killed just after it gave it. */
function finished(place: Place, path: string, { parts, expected }: Pick<Assembly, 'parts'> & { expected: Written }): Assembly {
  const nothing = async (): Promise<void> => {}
  return {
    parts,
    file: plain(place, path),
    has: () => true,
    clone: () => Promise.resolve(false),
    write: () => Promise.reject(new Error(`${path} is published already`)),
    finish: () => Promise.resolve(true),
    verify: () => Promise.resolve(true),
    publish: () => Promise.resolve(expected),
    discard: nothing,
    [Symbol.asyncDispose]: nothing,
  }
}

/** Gives what an earlier run left the names of this run, and returns the parts that it noted, in order; what is of no use is removed. */
async function takeOver(
  place: Place,
  { token, heading, earlier }: { token: string; heading: string; earlier: (token: string) => boolean },
): Promise<[number, Digest][]> {
  const names = await attempt({ place, doing: `list ${INFLIGHT}` }, () => readdir(absolute(place, INFLIGHT)))
  const left = new Set(names.filter(name => /\.(part|journal)$/.test(name)).map(name => name.slice(0, name.lastIndexOf('.'))))
  let noted: [number, Digest][] | null = null
  for (const before of [...left].filter(name => name === token || earlier(name)).sort(byNumber)) {
    const found: [number, Digest][] | null =
      noted === null && (await isOpen(place, before)) ? await readJournal(place, before, { heading }) : null
    if (found) {
      for (const end of before === token ? [] : (['part', 'journal'] as const)) {
        const [from = '', to = ''] = [before, token].map(name => absolute(place, `${INFLIGHT}/${name}.${end}`))
        await attempt({ place, doing: 'take over what an earlier run left' }, () => rename(from, to))
      }
      noted = found
    } else {
      for (const end of ['journal', 'part']) await discard(place, `${INFLIGHT}/${before}.${end}`)
    }
  }
  if (noted === null) {
    const file = absolute(place, `${INFLIGHT}/${token}.journal`)
    await attempt({ place, doing: 'start a journal' }, () => writeFile(file, heading, { flag: 'wx', mode: 0o600 }))
  }
  return noted ?? []
}

/** Whether a run left a file that has no other name yet: one that was published is never written to again. */
async function isOpen(place: Place, token: string): Promise<boolean> {
  const found = await lstat(absolute(place, `${INFLIGHT}/${token}.part`)).catch(() => null)
  return found !== null && found.isFile() && found.nlink === 1 && (found.mode & 0o200) !== 0
}

/** The newest run first. */
function byNumber(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true })
}

/** The parts that a journal notes, in order; `null` if there is none, or if it is that of other bytes. A line that was cut short is left out. */
async function readJournal(place: Place, token: string, { heading }: { heading: string }): Promise<[number, Digest][] | null> {
  const text = await attempt({ place, doing: 'read a journal' }, () =>
    readFile(absolute(place, `${INFLIGHT}/${token}.journal`), { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW }).catch(
      (error: unknown) => {
        if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return null
        throw error
      },
    ),
  )
  if (!text?.startsWith(heading)) return null
  return text
    .slice(heading.length)
    .split('\n')
    .flatMap(line => {
      const [, part, digest] = /^(\d{1,9}) (blake3:[0-9a-f]{64})$/.exec(line) ?? []
      return part && digest ? [[Number(part), digest as Digest] as const] : []
    })
    .map(([part, digest]) => [part, digest])
}

/** The noted parts, if those noted last are still what was noted; if not, those of all that are. */
async function trust(
  noted: readonly [number, Digest][],
  { count, digestOfPart }: { count: number; digestOfPart: (part: number) => Promise<Digest> },
): Promise<[number, Digest][]> {
  const known = [...new Map(noted.filter(([part]) => part < count))]
  const holds = async ([part, digest]: [number, Digest]): Promise<boolean> => (await digestOfPart(part)) === digest
  const last = known.slice(-PARTS_TO_REREAD)
  let good = true
  for (const one of last) good &&= await holds(one)
  if (good) return known
  const found: [number, Digest][] = []
  for (const one of known) if (await holds(one)) found.push(one)
  return found
}

/** The staged file, of its full size; what is there is kept, and a link is not followed. */
async function openStaged(place: Place, path: string, { staged, bytes }: { staged: string; bytes: number }): Promise<FileHandle> {
  const flags = constants.O_CREAT | constants.O_RDWR | constants.O_NOFOLLOW
  return attempt({ place, doing: `create ${path}` }, async () => {
    const file = await open(absolute(place, staged), flags, 0o600)
    try {
      const [found, named] = await Promise.all([file.stat(), lstat(absolute(place, staged))])
      if (!found.isFile() || found.ino !== named.ino) throw new Outage(`${path} was replaced while it was opened`, { locationId: null })
      if (found.size !== bytes) await file.truncate(bytes)
      return file
    } catch (error) {
      await file.close()
      throw error
    }
  })
}
