import { pathBytes } from '@almagest/schema/path'

/** The path on this machine of a path below a folder: bytes where some of them are no text. */
export function onDisk(root: string, path: string): string | Buffer {
  return path.includes('\\') ? Buffer.concat([Buffer.from(`${root}/`), pathBytes(path)]) : `${root}/${path}`
}
