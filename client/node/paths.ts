import { isUtf8 } from 'node:buffer'

const BACKSLASH = 0x5c
const SLASH = 0x2f

/** How the catalogue writes a path of these bytes: one that is no UTF-8 as `\xff`, and a backslash, which it knows none of, as `\x5c`. */
export function pathText(bytes: Buffer): string {
  if (isUtf8(bytes) && !bytes.includes(BACKSLASH)) return bytes.toString()
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length =
      bytes[at] === BACKSLASH ? 0 : ([1, 2, 3, 4].find(many => isUtf8(bytes.subarray(at, Math.min(at + many, bytes.length)))) ?? 0)
    text += length === 0 ? `\\x${bytes.toString('hex', at, at + 1)}` : bytes.toString('utf8', at, at + length)
    at += Math.max(length, 1)
  }
  return text
}

/** Where a path of the catalogue is below a folder of this machine: in bytes where some of them are no text. */
export function onDisk(folder: string, path: string): string | Buffer {
  const bytes = path
    .split(/(\\x[89a-f][0-9a-f])/)
    .map((part, index) => (index % 2 === 0 ? Buffer.from(part) : Buffer.from(part.slice(2), 'hex')))
  return bytes.length === 1 ? `${folder}/${path}` : Buffer.concat([Buffer.from(`${folder}/`), ...bytes])
}

/** The folder that a path of this machine is in. */
export function folderOf(path: string | Buffer): Buffer {
  const bytes = Buffer.from(path)
  const slash = bytes.lastIndexOf(SLASH)
  return slash < 0 ? Buffer.from('.') : bytes.subarray(0, Math.max(slash, 1))
}
