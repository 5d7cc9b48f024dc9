import { lstat, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Refusal } from '../errors.ts'

/** A regular file as it was found: `path` below the root, with forward slashes. */
export interface Seen {
  readonly path: string
  readonly file: string
  readonly bytes: number
  readonly mtimeMs: number
}

/** What was left out, and why. */
export interface LeftOut {
  readonly path: string
  readonly why: string
}

/** Goes through a folder and what is in it, in the order of names; tells what is left out: links, devices, names that cannot be filed. Hidden names are passed by. */
export async function* filesOf(
  folder: string,
  { root, leaveOut }: { root: string; leaveOut: (left: LeftOut) => void },
): AsyncGenerator<Seen, void, void> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch((error: unknown) => {
    throw new Refusal(
      'BAD_INPUT',
      `${folder} cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`,
    )
  })
  for (const raw of names.sort(Buffer.compare)) {
    const name = raw.toString('utf8')
    const file = join(folder, name)
    const path = relative(root, file)
    if (name.startsWith('.')) continue
    if (!Buffer.from(name).equals(raw)) {
      leaveOut({ path, why: 'its name is no UTF-8' })
      continue
    }
    const found = await lstat(file).catch(() => null)
    if (found === null) continue
    if (found.isDirectory()) yield* filesOf(file, { root, leaveOut })
    else if (!found.isFile()) leaveOut({ path, why: `it is ${found.isSymbolicLink() ? 'a link' : 'no regular file'}` })
    else {
      const fault = faultOf(path)
      if (fault !== null) leaveOut({ path, why: fault })
      else yield { path, file, bytes: found.size, mtimeMs: found.mtimeMs }
    }
  }
}

/** What the data centre would refuse of a path; null: nothing. One such file must not hold up the others. */
function faultOf(path: string): string | null {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'its name has a control character'
  if (/[\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) return 'its name has an invisible character'
  if (path.includes('\\')) return 'its name has a backslash'
  if (Buffer.byteLength(path) > 1024) return 'its path is longer than 1024 bytes'
  return path.startsWith('..') ? 'it is outside of the root' : null
}
