import { Refusal } from './errors.ts'

/** The longest path of a file, and of one of its components, in UTF-8 bytes (Linux: PATH_MAX less our folders, NAME_MAX). */
export const PATH_BYTES = 1024
export const NAME_BYTES = 255

/** What most paths are; nothing is wrong with these. */
const PLAIN = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/

/** Says which rule a file's path breaks, or `null`: relative, normalised, forward slashes, printable, no hidden component. */
export function pathFault(path: string): string | null {
  if (path.length <= NAME_BYTES && PLAIN.test(path)) return null
  if (path === '') return 'is empty'
  if (!path.isWellFormed()) return 'is not valid Unicode'
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'contains a NUL or another control character'
  if (path.startsWith('/')) return 'is not relative'
  if (path.includes('\\')) return 'contains a backslash'
  if (Buffer.byteLength(path) > PATH_BYTES) return `is longer than ${PATH_BYTES} bytes`
  for (const name of path.split('/')) {
    if (name === '') return 'has an empty component'
    if (name.startsWith('.')) return `has the component ${JSON.stringify(name)}: no component may begin with a dot`
    if (Buffer.byteLength(name) > NAME_BYTES) return `has a component longer than ${NAME_BYTES} bytes`
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
