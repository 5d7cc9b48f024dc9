import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tapeStore } from '@almagest/jobs'
import { ID, openPosix } from './disk.ts'
import { startRobot } from './robot.ts'
import { contentOf, source, storeContract } from './store-contract.ts'

const signal = new AbortController().signal

/** A location on tape, with a robot of its own. */
async function openTape() {
  const folder = await mkdtemp(join(tmpdir(), 'almagest-tape-'))
  const root = join(folder, 'disks')
  await mkdir(root)
  const robot = await startRobot(join(folder, 'robot'), root)
  const store = tapeStore({ id: ID, library: robot.library })
  const { leftovers } = await openPosix(root)
  return {
    store,
    robot,
    folder,
    vanish: () => rename(root, `${root}.unmounted`),
    leftovers,
    async [Symbol.asyncDispose]() {
      await robot[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

storeContract('a tape library behind disks', openTape)

describe('a file on tape alone', () => {
  test('shows with its size, and is refused to who reads it, or writes over it, before it is recalled', async () => {
    await using opened = await openTape()
    const { store } = opened
    await store.write('v1/a.tar', source('abc'), { token: 'w.1' })
    const before = await store.stat('v1/a.tar')
    await store.release?.(['v1/a.tar'], { signal })

    const { ctimeNs: _, ...same } = before!
    expect(await store.stat('v1/a.tar')).toMatchObject(same)
    await expect(store.read('v1/a.tar')).rejects.toThrow('v1/a.tar is on tape and has to be recalled before it is read')
    await expect(store.locate?.('v1/a.tar')).rejects.toThrow('has to be recalled')
    await expect(store.write('v1/a.tar', source('abc'), { token: 'w.2' })).rejects.toThrow('has to be recalled')
    expect(await store.recall?.(['v1/a.tar', 'v1/none.tar'], { signal })).toEqual({ waiting: ['v1/a.tar'], seconds: 1 })
    await expect.poll(() => store.recall?.(['v1/a.tar'], { signal })).toEqual({ waiting: [], seconds: 1 })
    expect(await contentOf(store, 'v1/a.tar')).toBe('abc')
  })

  test('is not asked for by work that can read its own already', async () => {
    await using opened = await openTape()
    const { store, robot } = opened
    for (const path of ['own', 'other']) await store.write(path, source(path), { token: 'w.1' })
    await store.release?.(['other'], { signal })

    expect(await store.recall?.(['own', 'other'], { signal, unless: 'own' })).toEqual({ waiting: [], seconds: 1 })
    expect(await robot.calls()).toEqual(['release 1'])
  })

  test('is asked for once, however often it is looked for; two drives bring the files of a volume together', async () => {
    await using opened = await openTape()
    const { store, robot } = opened
    const paths = ['v1/a', 'v2/a', 'v3/a', 'v1/b', 'v2/b', 'v3/b', 'v1/c', "v1/o'dd $(name) {}"]
    for (const path of paths) await store.write(path, source(path), { token: 'w.1' })
    await store.release?.(paths, { signal })
    await expect.poll(async () => (await store.recall?.(paths, { signal }))?.waiting.length, { interval: 20 }).toBe(0)

    expect(await robot.calls()).toEqual([`release ${paths.length}`, `recall ${paths.length}`])
    for (const path of paths) expect(await contentOf(store, path)).toBe(path)
    const log = await robot.log()
    expect(log.filter(line => line.includes(' mount ')).length).toBeLessThan(paths.length)
    let busy = 0
    for (const line of log) {
      busy += line.includes(' begin ') ? 1 : line.includes(' end ') ? -1 : 0
      expect(busy).toBeLessThanOrEqual(2)
    }
  })

  test('is an outage of the library when its command fails, is not there, or tells nonsense', async () => {
    await using opened = await openTape()
    const { library } = opened.robot
    await opened.store.write('a', source('a'), { token: 'w.1' })
    const silent = join(opened.folder, 'silent')
    await writeFile(silent, '#!/bin/sh\necho PERHAPS\n', { mode: 0o755 })
    for (const [state, message] of [
      [['/bin/false'], "the tape library's command /bin/false ended with status 1"],
      [['/nowhere/state'], "the tape library's command /nowhere/state is not installed where this worker runs"],
      [[silent], 'the tape library told the state of 0 of 1 files'],
    ] as const) {
      const store = tapeStore({ id: ID, library: { ...library, state: [...state] } })
      await expect(store.read('a')).rejects.toThrow(message)
      await expect(store.recall?.(['a'], { signal })).rejects.toMatchObject({ locationId: ID })
    }
  })
})
