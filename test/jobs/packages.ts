import { expect } from 'vitest'
import { comparePaths, type Manifest, manifestOf, openLayout, type PlannedMember, readTar, type TarMember, writeTar } from '@almagest/jobs'

/** The time of every member that is given no other, in nanoseconds. */
export const NOON = 1_700_000_000_000_000_000n

/** A tar and what it should hold. */
export interface Package {
  readonly tar: Buffer
  readonly manifest: Manifest
}

/** Some files laid out as a tar, in byte order of their paths: where each lies, where the last ends, and how large the tar is. */
export function planTar(files: readonly TarMember[]): { members: PlannedMember[]; end: number; bytes: number } {
  const layout = openLayout()
  const members = files
    .toSorted((a, b) => comparePaths(a.path, b.path))
    .map(({ path, bytes, mode, mtimeNs }) => {
      const member = { path, bytes, mode, mtimeNs }
      return { ...member, offset: layout.place(member).offset }
    })
  return { members, end: layout.end, bytes: layout.bytes }
}

/** Bytes in chunks, as a store gives them. */
export async function* pieces(bytes: Buffer, size = 700): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** The tar of some files, and its manifest. */
export async function makePackage(files: Readonly<Record<string, Buffer | string>>, member: Partial<TarMember> = {}): Promise<Package> {
  const contents = new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]))
  const plan = planTar([...contents].map(([path, { length }]) => ({ path, bytes: length, mode: 0o644, mtimeNs: NOON, ...member })))
  const members: Parameters<typeof manifestOf>[0][number][] = []
  const chunks: Buffer[] = []
  for await (const chunk of writeTar(plan, { open: ({ path }) => pieces(contents.get(path)!), onMember: done => members.push(done) })) {
    chunks.push(Buffer.from(chunk))
  }
  const tar = Buffer.concat(chunks)
  expect(tar.length).toBe(plan.bytes)
  return { tar, manifest: manifestOf(members) }
}

/** What reading a tar by its manifest finds. */
export async function read({ tar, manifest }: Package) {
  return readTar(pieces(tar, 999), manifest)
}

/** A path that is as many bytes long as asked, in components that file systems take. */
export function pathOf(bytes: number): string {
  return Array.from({ length: bytes }, (_, index) => (index % 60 === 59 && index < bytes - 1 ? '/' : 'x')).join('')
}

/** Sizes at the edges of blocks, paths at the edges of what ustar holds, and names that are not plain. */
export const ODD_FILES = {
  'night/zero.fits': '',
  'night/one.fits': '1',
  'night/block.fits': Buffer.alloc(512, 2),
  'night/more.fits': Buffer.alloc(513, 3),
  [pathOf(100)]: 'a hundred',
  [pathOf(101)]: 'a hundred and one',
  [pathOf(255)]: 'two hundred and fifty-five',
  [pathOf(300)]: 'three hundred',
  'größe/été/星.fits': 'beyond ASCII',
  'grosse/𝔸stro.fits': 'beyond the basic plane',
  'with space & "quotes".fits': 'quoted',
}
