import type { BigIntStats } from 'node:fs'
import type { ExpectedStat, FileStat } from './store.ts'

/** The part of a `stat` that a location tells of a file. */
export function fileStatOf(found: BigIntStats): FileStat {
  return {
    bytes: Number(found.size),
    mtimeNs: found.mtimeNs,
    ctimeNs: found.ctimeNs,
    inode: found.ino,
    device: found.dev,
    mode: Number(found.mode & 0o777n),
  }
}

/** The first difference between what a file was to be and what it is, or `null`. */
export function differenceOf(expected: ExpectedStat, found: FileStat): string | null {
  for (const name of ['device', 'inode', 'bytes', 'mtimeNs', 'ctimeNs', 'mode'] as const) {
    const value = expected[name]
    if (value !== undefined && value !== found[name]) return `its ${name} was ${value} and is ${found[name]}`
  }
  return null
}
