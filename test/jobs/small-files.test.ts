import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { checkTar, openThreads, posixStore, type Store } from '@almagest/jobs'
import { test as base } from '../fixtures.ts'
import { makePackage } from './packages.ts'

const threads = openThreads(1)
const never = new AbortController().signal

const FILES = {
  ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`a/${index}.dat`, Buffer.alloc(300_000 + index, index)])),
  'b/large.dat': Buffer.alloc(3_000_000, 'large'),
  'c/last.dat': 'last',
}

/** A store that gives its files only as streams, as an S3 service does. */
const test = base.extend<{ store: Store }>({
  store: async ({ root }, use) => {
    await mkdir(join(root, 'store'))
    const store = posixStore(join(root, 'store'), { id: 'store' })
    await store.prepare()
    await use({ ...store, folder: undefined })
  },
})

/** Unpacks FILES as they come, with a folder that `beside` sees each file of; how many were being written at a time, at most. */
async function unpack(store: Store, root: string, beside: (path: string) => Promise<void>) {
  const { tar, manifest } = await makePackage(FILES)
  await writeFile(join(root, 'store', 'p.tar'), tar)
  await using folder = await store.openFolder('p', { token: 'u.1', signal: never })
  let [writing, most] = [0, 0]
  const into = {
    ...folder,
    folder: undefined,
    async write(...given: Parameters<typeof folder.write>) {
      most = Math.max(most, (writing += 1))
      try {
        await beside(given[0])
        return await folder.write(...given)
      } finally {
        writing -= 1
      }
    },
  }
  async function* members() {
    yield manifest.members
  }
  const verdict = await checkTar({ store, path: 'p.tar' }, { members: members(), signal: never, into }, threads).finally(() =>
    expect(writing).toBe(0),
  )
  if (verdict?.ok) await folder.publish()
  return { verdict, most }
}

describe('what comes as one stream', () => {
  test('is unpacked with several small files written at a time, and every byte is there', async ({ store, root }) => {
    const { verdict, most } = await unpack(store, root, () => Promise.resolve())

    expect(verdict).toMatchObject({ ok: true })
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(9)
    for (const [path, content] of Object.entries(FILES))
      expect(await readFile(join(root, 'store', 'p', path))).toEqual(Buffer.from(content))
  })

  test('is not unpacked when one of them cannot be written: that is thrown when nothing is being written any more', async ({
    store,
    root,
  }) => {
    const failing = (path: string) => (path === 'a/7.dat' ? Promise.reject(new Error('no')) : Promise.resolve())

    await expect(unpack(store, root, failing)).rejects.toThrow('no')

    expect((await readdir(join(root, 'store'))).filter(name => !name.startsWith('.'))).toEqual(['p.tar'])
  })
})
