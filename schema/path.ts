import { isUtf8 } from 'node:buffer'
import { Refusal } from './errors.ts'

/** The longest path of a file as it is written, and one of its components as a file system knows it, in bytes (Linux: PATH_MAX less our folders, NAME_MAX). */
export const PATH_BYTES = 1024
export const NAME_BYTES = 255

/** What most paths are; nothing is wrong with these. */
const PLAIN = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/

/** A byte of a name that is no UTF-8, or a backslash, as a path is written. */
const BYTE = /\\x(5c|[89a-f][0-9a-f])/g

/** The bytes by which a file system knows a path: UTF-8, but for those that are none, which are written `\xff`. */
export function pathBytes(path: string): Buffer {
  if (!path.includes('\\')) return Buffer.from(path)
  const pieces: Buffer[] = []
  let from = 0
  for (const { index, 0: written, 1: hex = '' } of path.matchAll(BYTE)) {
    pieces.push(Buffer.from(path.slice(from, index)), Buffer.from(hex, 'hex'))
    from = index + written.length
  }
  return Buffer.concat([...pieces, Buffer.from(path.slice(from))])
}

/** How a path of these bytes is written: UTF-8 as it is, a byte that is none as `\xff`, a backslash, which no file's path may have, as `\x5c`. */
export function pathText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString().replaceAll('\\', '\\x5c')
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find(length => at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)))
    text +=
      length === undefined ? `\\x${bytes.toString('hex', at, at + 1)}` : bytes.toString('utf8', at, at + length).replace('\\', '\\x5c')
    at += length ?? 1
  }
  return text
}

/** Where a path is below a folder of this machine: in bytes where some of them are no text. */
export function onDisk(folder: string, path: string): string | Buffer {
  return path.includes('\\') ? Buffer.concat([Buffer.from(`${folder}/`), pathBytes(path)]) : `${folder}/${path}`
}

/** Says which rule a file's path breaks, or `null`: relative, normalised, forward slashes, printable, no hidden component. */
export function pathFault(path: string): string | null {
  if (path.length <= NAME_BYTES && PLAIN.test(path)) return null
  if (path === '') return 'is empty'
  if (!path.isWellFormed()) return 'is not valid Unicode'
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'contains a NUL or another control character'
  if (path.startsWith('/')) return 'is not relative'
  if (path.includes('\\') && (path.includes('\\x5c') || pathText(pathBytes(path)) !== path))
    return 'contains a backslash that does not stand for a byte which is no UTF-8'
  if (Buffer.byteLength(path) > PATH_BYTES) return `is longer than ${PATH_BYTES} bytes`
  for (const name of path.split('/')) {
    if (name === '') return 'has an empty component'
    if (name.startsWith('.')) return `has the component ${JSON.stringify(name)}: no component may begin with a dot`
    if (pathBytes(name).length > NAME_BYTES) return `has a component longer than ${NAME_BYTES} bytes`
  }
  return null
}

/** Refuses with BAD_PATH a path that `pathFault` finds fault with. */
export function checkPath(path: string): void {
  const fault = pathFault(path)
  if (fault) throw new Refusal('BAD_PATH', `the path ${JSON.stringify(path.slice(0, 200))} ${fault}`)
}

/** One spelling for all paths that a file system or a reader may confuse: NFC Unicode form, case folded. */
export function foldPath(path: string): string {
  // A capital sigma has two small forms, and which of them it becomes depends on what follows.
  return path.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}
