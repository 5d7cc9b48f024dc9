import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, lstat, mkdir, opendir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { foldPath, onDisk, Outage, pathFault, pathText, Refusal } from '@almagest/schema'

/** What is known of files before they are filed, by other means than the data centre's: the SHA-256 of each, by its path at SOURCE. */
export interface Ledger {
  readonly files: number
  readonly bytes: number
  readonly digests: ReadonlyMap<string, string>
}

/** Reads the files below `root` and notes their SHA-256. */
export async function makeLedger(root: string, paths: readonly string[]): Promise<Ledger> {
  const digests = new Map<string, string>()
  let bytes = 0
  for (const path of paths) {
    digests.set(path, await sha256(onDisk(root, path)))
    bytes += (await lstat(onDisk(root, path))).size
  }
  return { files: digests.size, bytes, digests }
}

/** How many of the staged files are byte for byte those of the ledger. */
export async function compareStaged(
  { digests }: Ledger,
  { root, staged }: { root: string; staged: readonly { readonly path: string; readonly folder: string }[] },
): Promise<number> {
  let identical = 0
  for (const { path, folder } of staged) {
    const found = await sha256(onDisk(join(root, folder), path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (found !== null && found === digests.get(path)) identical += 1
  }
  return identical
}

/** A file of a person's folder that could not be taken along, and why. */
export interface LeftOut {
  readonly path: string
  readonly reason: string
}

/** Refuses with BAD_INPUT what is not a folder that can be looked into. */
export async function checkFolder(folder: string): Promise<void> {
  const stat = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal('BAD_INPUT', `--source: ${folder} cannot be read (${error.code ?? error.message})`)
  })
  if (!stat.isDirectory()) throw new Refusal('BAD_INPUT', `--source: ${folder} is not a folder`)
}

/**
 * Copies a person's folder below `root`, under a name of its own, as an instrument would have written it; the folder itself is only read.
 * Links, special files and names that can't be filed are left out, each with its reason. Refuses with BAD_INPUT what holds no file to take.
 */
export async function copyFolder(
  folder: string,
  { root, name }: { root: string; name: string },
): Promise<{ paths: string[]; leftOut: LeftOut[] }> {
  await checkFolder(folder)
  const paths: string[] = []
  const leftOut: LeftOut[] = []
  const folded = new Map<string, string>()
  for await (const { path, kind } of walk(folder, '')) {
    const target = `${name}/${path}`
    const fault = pathFault(target)
    const twin = folded.get(foldPath(target))
    if (kind !== 'FILE') leftOut.push({ path, reason: kind === 'LINK' ? 'it is a symbolic link' : 'it is not a regular file' })
    else if (fault) leftOut.push({ path, reason: `its path ${fault}` })
    else if (twin) leftOut.push({ path, reason: `its path differs from ${JSON.stringify(twin)} only in case or Unicode form` })
    else {
      folded.set(foldPath(target), path)
      await mkdir(onDisk(root, dirname(target)), { recursive: true })
      const reason = await copyWhole(onDisk(folder, path), onDisk(root, target))
      if (reason) leftOut.push({ path, reason })
      else paths.push(target)
    }
  }
  if (paths.length === 0) throw new Refusal('BAD_INPUT', `--source: ${folder} holds no file that could be filed`)
  return { paths: paths.toSorted(), leftOut }
}

/** Copies one file; says why it could not be read, or that it was written meanwhile, and then leaves no copy. */
async function copyWhole(from: string | Buffer, to: string | Buffer): Promise<string | null> {
  try {
    const before = await lstat(from, { bigint: true })
    await copyFile(from, to)
    const after = await lstat(from, { bigint: true })
    if (before.size === after.size && before.mtimeNs === after.mtimeNs) return null
    await rm(to, { force: true })
    return 'it changed while it was copied'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    await rm(to, { force: true })
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') return `it cannot be read (${code})`
    throw new Outage(`the files could not be copied (${code ?? String(error)})`, { cause: error })
  }
}

async function* walk(root: string, below: string): AsyncGenerator<{ path: string; kind: 'FILE' | 'LINK' | 'OTHER' }, void, void> {
  for await (const entry of await opendir(onDisk(root, below), { encoding: 'buffer' as 'utf8' })) {
    const name = pathText(entry.name as unknown as Buffer)
    const path = below === '' ? name : `${below}/${name}`
    if (entry.isDirectory()) yield* walk(root, path)
    else yield { path, kind: entry.isFile() ? 'FILE' : entry.isSymbolicLink() ? 'LINK' : 'OTHER' }
  }
}

async function sha256(path: string | Buffer): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
