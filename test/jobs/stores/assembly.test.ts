import { appendFile, link, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { digestOf, openDigest, type Assembly, type Store } from '@almagest/jobs'
import { test } from './disk.ts'
import { bytesOf, digestsOf, PART } from '../transports/consigned.ts'

const bytes = bytesOf(5 * PART + 100)

/** Starts the file, or goes on with what an earlier run left. */
async function assemble(store: Store, run: number, content = bytes): Promise<Assembly> {
  const assembly = await store.assemble?.('night/a.tar', {
    token: `op.${run}`,
    earlier: token => token.startsWith('op.'),
    expected: await digestOf([content]),
    partBytes: PART,
    digests: digestsOf(content),
  })
  if (!assembly) throw new Error('the store cannot be written part by part')
  return assembly
}

async function bring(assembly: Assembly, parts: readonly number[]): Promise<void> {
  for (const part of parts) {
    const { at = 0, bytes: length = 0 } = assembly.parts[part] ?? {}
    const chunk = bytes.subarray(at, at + length)
    const digest = openDigest()
    digest.update(chunk)
    await assembly.write(chunk, at)
    expect(await assembly.finish(part, digest.done())).toBe(true)
  }
}

const held = (assembly: Assembly): number[] => [...assembly.parts.keys()].filter(part => assembly.has(part))
const inflight = async (root: string): Promise<string[]> => (await readdir(join(root, '.inflight'))).sort()

describe('a file of parts that a killed run left', () => {
  test('UC-3.2 is gone on with under the name of the next run, wherever its parts lie', async ({ root, store }) => {
    await using left = await assemble(store, 1)
    await bring(left, [4, 0, 2])
    await using next = await assemble(store, 2)

    expect(held(next)).toEqual([0, 2, 4])
    expect(await inflight(root)).toEqual(['op.2.journal', 'op.2.part'])
    await expect(next.publish()).rejects.toThrow('part 1 of night/a.tar did not come')
    await bring(next, [5, 3, 1])
    expect(await next.publish()).toEqual(await digestOf([bytes]))
    await next[Symbol.asyncDispose]()

    expect((await readFile(join(root, 'night/a.tar'))).equals(bytes)).toBe(true)
    expect(await inflight(root)).toEqual([])
  })

  test.for([
    ['was damaged in the part noted last', 2, [0, 4]],
    ['was damaged in the part noted last but one', 0, [2, 4]],
  ] as const)('is read again in full when it %s', async ([, damaged, good], { root, store }) => {
    await using left = await assemble(store, 1)
    await bring(left, [4, 0, 2])
    await left.write(Buffer.from('damage'), damaged * PART + 5)
    await using next = await assemble(store, 2)
    expect(held(next)).toEqual(good)
    expect(await inflight(root)).toEqual(['op.2.journal', 'op.2.part'])
  })

  test('loses only what a torn line of its journal was to note, and believes no line that is none', async ({ root, store }) => {
    await using left = await assemble(store, 1)
    await bring(left, [0, 1])
    await appendFile(join(root, '.inflight/op.1.journal'), `99999 blake3:${'0'.repeat(64)}\n-1 x\n2 blake3:12`)
    await using next = await assemble(store, 2)
    expect(held(next)).toEqual([0, 1])
  })

  test('is begun anew when it was of other bytes, has no journal, is a link, or was cut short', async ({ root, store }) => {
    const other = bytesOf(3 * PART)
    await using _other = await assemble(store, 1, other)
    await using second = await assemble(store, 2)
    expect(held(second)).toEqual([])
    await bring(second, [0, 1, 2])

    await writeFile(join(root, '.inflight/op.2.journal'), '')
    await using third = await assemble(store, 3)
    expect(held(third)).toEqual([])
    await bring(third, [0, 1, 2])

    await truncate(join(root, '.inflight/op.3.part'), PART + 10)
    await using fourth = await assemble(store, 4)
    expect(held(fourth)).toEqual([0])

    await fourth.discard()
    await writeFile(join(root, 'precious'), 'precious')
    await symlink(join(root, 'precious'), join(root, '.inflight/op.4.part'))
    await writeFile(join(root, '.inflight/op.4.journal'), 'x')
    await using fifth = await assemble(store, 5)
    await bring(fifth, [0])
    expect(await readFile(join(root, 'precious'), 'utf8')).toBe('precious')
  })

  test('is never written to when it has its final name already', async ({ root, store }) => {
    await using left = await assemble(store, 1)
    await bring(left, [0, 1, 2, 3, 4, 5])
    await link(join(root, '.inflight/op.1.part'), join(root, 'b.tar'))
    await using next = await assemble(store, 2)

    expect(held(next)).toEqual([])
    await next.write(Buffer.from('other'), 0)

    expect((await readFile(join(root, 'b.tar'))).equals(bytes)).toBe(true)
  })

  test('was published before it was killed: the next run finds it done', async ({ store }) => {
    await using left = await assemble(store, 1)
    await bring(left, [0, 1, 2, 3, 4, 5])
    await left.publish()
    await using next = await assemble(store, 2)
    expect(held(next)).toEqual([0, 1, 2, 3, 4, 5])
    expect(await next.publish()).toEqual(await digestOf([bytes]))
  })

  test('takes no part that is not what is known of it', async ({ store }) => {
    await using file = await assemble(store, 1)
    await file.write(bytes.subarray(PART, 2 * PART), 0)
    expect(await file.verify(0)).toBe(false)
    expect(held(file)).toEqual([])
    await file.write(bytes.subarray(0, PART), 0)
    expect(await file.verify(0)).toBe(true)
    expect(held(file)).toEqual([0])
  })
})
