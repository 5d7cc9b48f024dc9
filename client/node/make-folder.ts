import { mkdir, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { folderOf } from './paths.ts'

/**
 * Makes a folder and those above it; gives the highest that was made, null when all were there. Node's own way asks again for ever where a folder is
 * there and nothing can be made in it, as in /proc.
 */
export async function makeFolder(path: string | Buffer): Promise<string | null> {
  const whole = typeof path === 'string' ? Buffer.from(resolve(path)) : path
  const first = await make(whole)
  if (first !== 'NO_PARENT') return first === 'MADE' ? whole.toString() : null
  const parent = folderOf(whole)
  const above = parent.equals(whole) ? null : await makeFolder(parent)
  const second = await make(whole)
  if (second === 'NO_PARENT')
    throw Object.assign(new Error(`ENOENT: ${whole} cannot be made`), { code: 'ENOENT', syscall: 'mkdir', path: whole.toString() })
  return above ?? (second === 'MADE' ? whole.toString() : null)
}

async function make(path: Buffer): Promise<'MADE' | 'THERE' | 'NO_PARENT'> {
  try {
    await mkdir(path)
    return 'MADE'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT') return 'NO_PARENT'
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return 'THERE'
    // A folder may be there that nothing can be made in: a file system that is only read, the top of one.
    if ((code === 'EROFS' || code === 'EACCES' || code === 'EPERM') && (await isFolder(path))) return 'THERE'
    throw code === 'EEXIST'
      ? Object.assign(new Error(`ENOTDIR: ${path} is no folder`), { code: 'ENOTDIR', syscall: 'mkdir', path: path.toString() })
      : error
  }
}

async function isFolder(path: Buffer): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
}
