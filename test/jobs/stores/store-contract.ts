import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Outage } from '@almagest/schema'
import { digestOf, manifestOf, readTar, type Store, writeTar } from '@almagest/jobs'
import { planTar } from '../packages.ts'

/** An empty, prepared location that belongs to one test, and what the world may do to it. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: Store
  /** Takes the location away, as when a disk is unmounted. */
  vanish(): Promise<void>
  /** How many files there are that no list shows. */
  leftovers(): Promise<number>
}

/** A source of bytes that, like a real one, overwrites a chunk when it is asked for the next. */
export async function* source(bytes: Uint8Array | string, size = 1000): AsyncGenerator<Buffer, void, void> {
  const all = Buffer.from(bytes)
  const chunk = Buffer.alloc(size)
  for (let at = 0; at < all.length; at += size) {
    yield chunk.subarray(0, all.copy(chunk, 0, at, at + size))
    chunk.fill(0xee)
  }
}

/** The whole of a file, or `null`. */
export async function contentOf(store: Store, path: string): Promise<string | null> {
  await using reading = await store.read(path)
  if (!reading) return null
  const chunks: Buffer[] = []
  for await (const chunk of reading) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('latin1')
}

/** Bytes that repeat with no power of two. */
export function patternOf(length: number): Buffer {
  return Buffer.alloc(length, Buffer.from(Array.from({ length: 251 }, (_, index) => index)))
}

async function pathsIn(store: Store, folder?: string): Promise<string[]> {
  return (await Array.fromAsync(store.list(folder))).map(({ path }) => path)
}

/** What every store promises; run it for each. One without `folders` promises to refuse them. */
export function storeContract(name: string, open: () => Promise<OpenedStore>, { folders = true } = {}): void {
  describe(`a location in ${name}`, () => {
    test('gives back the bytes it was given, and says what they were', async () => {
      await using opened = await open()
      const { store } = opened
      for (const length of [0, 1, 4095, 4096, 4097, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 3_333_333]) {
        const bytes = patternOf(length)
        const written = await store.write(`night/${length}.fits`, source(bytes, 65_537), { token: 'w.1' })
        expect(written).toEqual(await digestOf([bytes]))
        expect(await store.stat(`night/${length}.fits`)).toMatchObject({ bytes: length })
        for (const direct of [true, false]) {
          await using reading = await store.read(`night/${length}.fits`, { direct })
          expect(await digestOf(reading!)).toEqual(written)
          expect(reading!.change()).toBeNull()
        }
      }
      expect(await opened.leftovers()).toBe(0)
    })

    test('gives any part of a file, past the cache or not', async () => {
      await using opened = await open()
      const bytes = patternOf(2 ** 20 + 5000)
      await opened.store.write('a.fits', source(bytes, 2 ** 20), { token: 'w.1' })
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length + 10), fc.nat(bytes.length), fc.boolean(), async (start, length, direct) => {
          await using reading = await opened.store.read('a.fits', { start, length, direct })
          expect(await digestOf(reading!)).toEqual(await digestOf([bytes.subarray(start, start + length)]))
        }),
        { numRuns: 60 },
      )
    })

    test('has no file that was not written', async () => {
      await using opened = await open()
      const { store } = opened
      await store.write('a', source('a'), { token: 'w.1' })
      for (const path of ['b', 'b/c', 'a/b']) {
        expect(await store.stat(path)).toBeNull()
        expect(await store.read(path)).toBeNull()
        expect(await store.remove(path, {})).toBe('ABSENT')
        expect(await store.quarantine(path, 'q.1')).toBeNull()
      }
      if (folders) expect(await store.removeFolder('b', { token: 'r.1' })).toBe('ABSENT')
      expect(await pathsIn(store, 'b')).toEqual([])
    })

    test('takes the same bytes a second time and changes nothing', async () => {
      await using opened = await open()
      const { store } = opened
      const first = await store.write('a.fits', source('abc'), { token: 'w.1' })
      const before = await store.stat('a.fits')
      expect(await store.write('a.fits', source('abc'), { token: 'w.2' })).toEqual(first)
      expect((await store.stat('a.fits'))?.inode).toBe(before?.inode)
    })

    test.each([
      ['of the same size', 'abd'],
      ['of another size', 'abcd'],
      ['none', ''],
    ])('refuses other bytes where some are, %s, and keeps the first', async (_what, other) => {
      await using opened = await open()
      const { store } = opened
      await store.write('a.fits', source('abc'), { token: 'w.1' })
      await expect(store.write('a.fits', source(other), { token: 'w.2' })).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await contentOf(store, 'a.fits')).toBe('abc')
      expect(await opened.leftovers()).toBe(0)
    })

    test('gives one name to one of many writers, and refuses the others', async () => {
      await using opened = await open()
      const { store } = opened
      const writers = Array.from({ length: 8 }, (_, index) => `writer ${index}`)
      const outcomes = await Promise.allSettled(
        writers.map((text, index) => store.write('new/a.fits', source(text), { token: `w.${index}` })),
      )
      const winners = writers.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      expect(winners).toEqual([await contentOf(store, 'new/a.fits')])
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CONFLICT' })
      expect(await opened.leftovers()).toBe(0)
    })

    test('shows nothing of a write whose source fails, and says what the source said', async () => {
      await using opened = await open()
      async function* failing() {
        yield* source('abc')
        throw new Outage('the other site is gone')
      }
      await expect(opened.store.write('n/a.fits', failing(), { token: 'w.1' })).rejects.toThrow('the other site is gone')
      expect(await opened.store.stat('n/a.fits')).toBeNull()
      expect(await opened.leftovers()).toBe(0)
    })

    test('shows nothing of a write that was stopped', async () => {
      await using opened = await open()
      const stop = new AbortController()
      async function* endless() {
        for (;;) {
          yield Buffer.from('abc')
          stop.abort()
        }
      }
      await expect(opened.store.write('a.fits', endless(), { token: 'w.1', signal: stop.signal })).rejects.toMatchObject({
        name: 'AbortError',
      })
      expect(await opened.store.stat('a.fits')).toBeNull()
      expect(await opened.leftovers()).toBe(0)
    })

    test('stops reading when told to', async () => {
      await using opened = await open()
      await opened.store.write('a.fits', source(patternOf(2 ** 22), 2 ** 20), { token: 'w.1' })
      const stop = new AbortController()
      await using reading = await opened.store.read('a.fits', { signal: stop.signal })
      const read = async () => {
        for await (const chunk of reading!) if (chunk.length > 0) stop.abort()
      }
      await expect(read()).rejects.toMatchObject({ name: 'AbortError' })
      expect(reading!.change()).toBe('it was not read to its end')
    })

    test('publishes only the bytes that were expected, by whichever digest', async () => {
      await using opened = await open()
      const { store } = opened
      const expected = await digestOf([Buffer.from('abc')], 'sha256')
      await expect(store.write('a.fits', source('abd'), { token: 'w.1', expected })).rejects.toThrow(Outage)
      expect(await store.stat('a.fits')).toBeNull()
      expect(await store.write('a.fits', source('abc'), { token: 'w.2', expected })).toEqual(expected)
    })

    test('removes the file that it was shown, and no other', async () => {
      await using opened = await open()
      const { store } = opened
      await store.write('n/a.fits', source('abc'), { token: 'w.1' })
      const found = (await store.stat('n/a.fits'))!
      for (const other of [{ bytes: 4 }, { inode: found.inode + 1n }, { device: found.device + 1n }, { mtimeNs: found.mtimeNs + 1n }]) {
        await expect(store.remove('n/a.fits', { ...found, ...other })).rejects.toMatchObject({ code: 'CONFLICT' })
        expect(await contentOf(store, 'n/a.fits')).toBe('abc')
      }
      expect(await store.remove('n/a.fits', found)).toBe('REMOVED')
      expect(await store.remove('n/a.fits', found)).toBe('ABSENT')
      expect(await pathsIn(store)).toEqual([])
    })

    test('keeps what is quarantined out of sight, at a place it names, also when asked again', async () => {
      await using opened = await open()
      const { store } = opened
      await store.write('n/a.fits', source('bad'), { token: 'w.1' })
      const kept = await store.quarantine('n/a.fits', 'q.1')
      expect(kept).toMatch(/q\.1/)
      expect(await store.quarantine('n/a.fits', 'q.1')).toBe(kept)
      expect(await store.stat('n/a.fits')).toBeNull()
      expect(await pathsIn(store)).toEqual([])
      expect(await opened.leftovers()).toBe(1)
      await store.write('n/a.fits', source('good'), { token: 'w.2' })
      await expect(store.quarantine('n/a.fits', 'q.1')).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await contentOf(store, 'n/a.fits')).toBe('good')
    })

    test('lists its files in byte order, all or a folder’s', async () => {
      await using opened = await open()
      const { store } = opened
      const paths = ['a-b', 'a.b', 'a/b', 'a/c/d', 'a/z', 'a0', 'B', 'é', '\u{1d538}', '\ufffd'].toSorted((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      )
      for (const path of paths.toReversed()) await store.write(path, source(path), { token: 'w.1' })
      expect(await pathsIn(store)).toEqual(paths)
      expect(await pathsIn(store, 'a')).toEqual(['a/b', 'a/c/d', 'a/z'])
      const [first] = await Array.fromAsync(store.list('a/c'))
      expect(first).toMatchObject({ path: 'a/c/d', kind: 'FILE', fault: null, bytes: 5 })
      expect(first?.mtimeNs).toBe((await store.stat('a/c/d'))?.mtimeNs)
    })

    test.each([
      '',
      '/a',
      '../a',
      'a/../b',
      'a//b',
      './a',
      'a\u0000b',
      '.location-id',
      '.inflight/w.part',
      'a/.hidden',
      'a\nb',
      'x'.repeat(300),
    ])('refuses the path %j in every operation', async path => {
      await using opened = await open()
      const { store } = opened
      const refused = { code: 'BAD_PATH' }
      await expect(store.stat(path)).rejects.toMatchObject(refused)
      await expect(store.read(path)).rejects.toMatchObject(refused)
      await expect(store.write(path, source('x'), { token: 'w.1' })).rejects.toMatchObject(refused)
      await expect(store.remove(path, {})).rejects.toMatchObject(refused)
      await expect(store.removeFolder(path, { token: 'r.1' })).rejects.toMatchObject(refused)
      await expect(store.quarantine(path, 'q.1')).rejects.toMatchObject(refused)
      await expect(store.openFolder(path, { token: 'f.1' })).rejects.toMatchObject(refused)
      await expect(Array.fromAsync(store.list(path))).rejects.toMatchObject(refused)
      if (!folders) return
      await using folder = await store.openFolder('f', { token: 'f.2' })
      await expect(folder.write(path, source('x'))).rejects.toMatchObject(refused)
    })

    test.each(['', '..', 'a/b', '.x', 'a b'])('refuses the token %j', async token => {
      await using opened = await open()
      await expect(opened.store.write('a', source('x'), { token })).rejects.toMatchObject({ code: 'BAD_INPUT' })
      await expect(opened.store.quarantine('a', token)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('is offline, and nothing of it is missing, when it is not there', async () => {
      await using opened = await open()
      const { store } = opened
      await store.write('a', source('x'), { token: 'w.1' })
      const folder = folders ? await store.openFolder('f', { token: 'f.1' }) : null
      await opened.vanish()
      await expect(store.check()).rejects.toThrow(Outage)
      await expect(store.stat('a')).rejects.toThrow(Outage)
      await expect(store.read('a')).rejects.toThrow(Outage)
      await expect(store.write('b', source('x'), { token: 'w.2' })).rejects.toThrow(Outage)
      await expect(store.remove('a', {})).rejects.toThrow(Outage)
      await expect(store.removeFolder('a', { token: 'r.1' })).rejects.toThrow(Outage)
      await expect(store.quarantine('a', 'q.1')).rejects.toThrow(Outage)
      await expect(store.openFolder('g', { token: 'f.2' })).rejects.toThrow(Outage)
      if (folder) await expect(folder.publish()).rejects.toThrow(Outage)
      await expect(Array.fromAsync(store.list())).rejects.toThrow(Outage)
      await expect(store.space()).rejects.toThrow(Outage)
      await expect(store.sweepInflight({ before: new Date(), isLive: () => false })).rejects.toThrow(Outage)
    })

    test('is prepared once, and can be again', async () => {
      await using opened = await open()
      await opened.store.write('a', source('x'), { token: 'w.1' })
      await opened.store.prepare()
      await opened.store.check()
      expect(await pathsIn(opened.store)).toEqual(['a'])
    })

    test('knows its space', async () => {
      await using opened = await open()
      const { free, total } = await opened.store.space()
      expect(free).toBeGreaterThan(0)
      expect(total).toBeGreaterThanOrEqual(free)
    })

    test.runIf(!folders)('refuses a folder, and says why', async () => {
      await using opened = await open()
      const refused = { code: 'BAD_INPUT', message: expect.stringContaining('no folders') }
      expect(opened.store.folders).toBe(false)
      await expect(opened.store.openFolder('p1', { token: 'f.1' })).rejects.toMatchObject(refused)
      await expect(opened.store.removeFolder('p1', { token: 'f.1' })).rejects.toMatchObject(refused)
    })

    test.runIf(folders)('shows a folder only when it is whole', async () => {
      await using opened = await open()
      const { store } = opened
      await using folder = await store.openFolder('staged/p1', { token: 'f.1' })
      await folder.write('n/a.fits', source('a'))
      await folder.write('n/m/b.fits', source('b'))
      await expect(folder.write('n/a.fits', source('a'))).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await pathsIn(store)).toEqual([])
      await folder.publish()
      expect(await pathsIn(store)).toEqual(['staged/p1/n/a.fits', 'staged/p1/n/m/b.fits'])
      expect(await contentOf(store, 'staged/p1/n/m/b.fits')).toBe('b')
      expect(await opened.leftovers()).toBe(0)
    })

    test.runIf(folders)('shows nothing of a folder that was not published', async () => {
      await using opened = await open()
      {
        await using folder = await opened.store.openFolder('p1', { token: 'f.1' })
        await folder.write('a.fits', source('a'))
      }
      expect(await pathsIn(opened.store)).toEqual([])
      expect(await opened.leftovers()).toBe(0)
    })

    test.runIf(folders)('takes the same folder a second time, and refuses one with other, more or fewer files', async () => {
      await using opened = await open()
      const { store } = opened
      const stage = async (token: string, files: Record<string, string>) => {
        await using folder = await store.openFolder('p1', { token })
        for (const [path, text] of Object.entries(files)) await folder.write(path, source(text))
        await folder.publish()
      }
      await stage('f.1', { 'a.fits': 'a', 'n/b.fits': 'b' })
      await stage('f.2', { 'a.fits': 'a', 'n/b.fits': 'b' })
      for (const files of [{ 'a.fits': 'a' }, { 'a.fits': 'a', 'n/b.fits': 'B' }, { 'a.fits': 'a', 'n/b.fits': 'b', c: 'c' }]) {
        await expect(stage('f.3', files)).rejects.toMatchObject({ code: 'CONFLICT' })
      }
      expect(await pathsIn(store)).toEqual(['p1/a.fits', 'p1/n/b.fits'])
      expect(await opened.leftovers()).toBe(0)
    })

    test.runIf(folders)('removes a folder with all in it, and parents that are then empty', async () => {
      await using opened = await open()
      const { store } = opened
      for (const path of ['s/t/p1/a', 's/t/p1/n/b', 's/u']) await store.write(path, source('x'), { token: 'w.1' })
      expect(await store.removeFolder('s/t/p1', { token: 'r.1' })).toBe('REMOVED')
      expect(await store.removeFolder('s/t/p1', { token: 'r.1' })).toBe('ABSENT')
      expect(await pathsIn(store)).toEqual(['s/u'])
      expect(await opened.leftovers()).toBe(0)
    })

    test.runIf(folders)('unpacks a package that was packed from it, all or nothing', async () => {
      await using opened = await open()
      const { store } = opened
      const files = { 'n/a.fits': patternOf(2_000_000), 'n/b.fits': Buffer.alloc(0), 'é.fits': patternOf(1000) }
      for (const [path, bytes] of Object.entries(files)) await store.write(path, source(bytes), { token: 'w.1' })
      const stats = await Promise.all(Object.keys(files).map(async path => ({ path, ...(await store.stat(path))! })))

      const members: Parameters<typeof manifestOf>[0][number][] = []
      const tar = writeTar(planTar(stats), {
        async *open({ path }) {
          await using reading = await store.read(path)
          yield* reading!
          expect(reading!.change()).toBeNull()
        },
        onMember: member => members.push(member),
      })
      const written = await store.write('p1.tar', tar, { token: 'p.1' })
      const manifest = manifestOf(members)

      const unpack = async (path: string, { tampered }: { tampered: boolean }) => {
        await using folder = await store.openFolder(path, { token: 'u.1' })
        await using reading = await store.read('p1.tar')
        async function* bytes() {
          for await (const chunk of reading!) {
            if (tampered) chunk.writeUInt8(chunk.at(-1)! ^ 1, chunk.length - 1)
            yield chunk
          }
        }
        const verdict = await readTar(bytes(), manifest, {
          onMember: (member, chunks) => folder.write(member.path, chunks, { mtimeNs: BigInt(member.mtimeNs), expected: member }),
        })
        if (verdict.ok) await folder.publish()
        return verdict
      }
      expect(await unpack('bad', { tampered: true })).toMatchObject({ ok: false })
      expect(await pathsIn(store, 'bad')).toEqual([])
      expect(await unpack('good', { tampered: false })).toMatchObject({ ok: true, ...written })
      expect(await pathsIn(store, 'good')).toEqual(manifest.members.map(({ path }) => `good/${path}`))
      expect(Number((await store.stat('good/n/a.fits'))!.mtimeNs)).toBeCloseTo(Number(stats[0]!.mtimeNs), -4)
      expect(await opened.leftovers()).toBe(0)
    })
  })
}
