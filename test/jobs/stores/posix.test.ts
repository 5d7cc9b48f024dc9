import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { posixStore } from '@almagest/jobs'
import { canInject, canMount, ID, mountOver, openPosix, OTHER_ID, run, runApart, strace, test } from './disk.ts'
import { contentOf, patternOf, source, storeContract } from './store-contract.ts'

storeContract('a folder on disk', async () => openPosix(await mkdtemp(join(tmpdir(), 'almagest-posix-'))))

describe('the identity of a location', () => {
  test('is a file in its root, written once', async ({ root, store }) => {
    const identity = join(root, '.location-id')
    expect(JSON.parse(await readFile(identity, 'utf8'))).toEqual({ id: ID })
    const before = await lstat(identity)
    await store.prepare()
    expect((await lstat(identity)).ino).toBe(before.ino)
  })

  test('is not given to a folder that holds something, unless that is meant', async ({ root }) => {
    await writeFile(join(root, 'a.fits'), 'abc')
    const store = posixStore(root, { id: ID })
    await expect(store.prepare()).rejects.toMatchObject({ code: 'CONFLICT' })
    await store.prepare({ adopt: true })
    expect(await contentOf(store, 'a.fits')).toBe('abc')
  })

  test('is given after a preparation that was killed', async ({ root }) => {
    await mkdir(join(root, '.inflight'))
    await writeFile(join(root, '.inflight/location-id-1.part'), '{')
    await mkdir(join(root, 'lost+found'))
    const store = posixStore(root, { id: ID })
    await store.prepare()
    await store.check()
  })

  test('is never another location’s', async ({ root, store }) => {
    await store.write('a', source('x'), { token: 'w.1' })
    const other = posixStore(root, { id: OTHER_ID })
    await expect(other.prepare()).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(other.stat('a')).rejects.toThrow(`location ${OTHER_ID} is offline: location ${ID} is in its place`)
  })

  test('when missing or damaged makes the location offline, and the message says so and names no host path', async ({ root, store }) => {
    await store.write('a', source('x'), { token: 'w.1' })
    const cases = [
      [
        () => writeFile(join(root, 'id2'), 'x').then(() => rename(join(root, 'id2'), join(root, '.location-id'))),
        'its identity file is damaged',
      ],
      [() => rm(join(root, '.location-id')), 'its identity file is not there'],
      [() => rename(root, `${root}.away`), 'its root is not there'],
      [() => writeFile(root, 'a file'), 'should be a folder'],
    ] as const
    for (const [happens, sentence] of cases) {
      await happens()
      const asks = [store.check, () => store.stat('a'), () => store.remove('a', {}), () => store.write('b', source('y'), { token: 'w.2' })]
      for (const ask of asks) {
        const error: unknown = await ask().catch((caught: unknown) => caught)
        expect(error).toMatchObject({
          name: 'Outage',
          locationId: ID,
          message: expect.stringMatching(new RegExp(`${sentence}|is not a folder`)),
        })
        expect((error as Error).message).not.toContain(root)
      }
    }
    await rm(root)
    await rename(`${root}.away`, root)
    expect(await readFile(join(root, 'a'), 'latin1')).toBe('x')
  })

  test.skipIf(!canMount)(
    'is asked again before an absence is believed: not of a disk that is read-only or unmounted',
    async ({ root, store }) => {
      await store.write('a', source('x'), { token: 'w.1' })
      await using mount = await mountOver(root, ['--bind', root])
      await run('mount', ['-o', 'remount,ro,bind', root])
      await expect(store.check()).rejects.toThrow(`location ${ID}: cannot write to its root: the file system is read-only`)
      await expect(store.write('b', source('x'), { token: 'w.2' })).rejects.toThrow('the file system is read-only')
      await expect(store.remove('a', {})).rejects.toThrow('the file system is read-only')
      expect(await contentOf(store, 'a')).toBe('x')
      await mount[Symbol.asyncDispose]()
      await using empty = await mountOver(root, ['-t', 'tmpfs', 'none'])
      await expect(store.stat('a')).rejects.toThrow('its identity file is not there')
      expect(empty).toBeDefined()
    },
  )
})

describe('a file on disk', () => {
  test('is written read-only, and its folders are not', async ({ root, store }) => {
    await store.write('n/a.fits', source('abc'), { token: 'w.1' })
    const found = await lstat(join(root, 'n/a.fits'))
    expect([found.mode & 0o777, found.nlink]).toEqual([0o444, 1])
    expect((await store.stat('n/a.fits'))?.mode).toBe(0o444)
  })

  test('is never reached through a symbolic link', async ({ root, store }) => {
    const outside = await mkdtemp(join(tmpdir(), 'almagest-outside-'))
    await writeFile(join(outside, 'secret'), 'secret')
    await symlink(outside, join(root, 'linked'))
    await symlink(join(outside, 'secret'), join(root, 'secret'))
    await symlink('nowhere', join(root, 'dangling'))
    for (const path of ['linked', 'secret'])
      await expect(Array.fromAsync(store.list(path))).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' })
    for (const path of ['linked/secret', 'linked/new', 'secret', 'dangling', 'linked']) {
      const refused = { code: 'NOT_A_REGULAR_FILE', message: expect.stringContaining(path.split('/')[0]!) }
      await expect(store.stat(path)).rejects.toMatchObject(refused)
      await expect(store.read(path)).rejects.toMatchObject(refused)
      await expect(store.remove(path, {})).rejects.toMatchObject(refused)
      await expect(store.removeFolder(path, { token: 'r.1' })).rejects.toMatchObject(refused)
      await expect(store.write(path, source('x'), { token: 'w.1' })).rejects.toMatchObject({
        code: expect.stringMatching(/CONFLICT|NOT_A_REGULAR_FILE/),
      })
    }
    await expect(store.openFolder('linked/f', { token: 'f.1' }).then(folder => folder.publish())).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await readdir(outside)).toEqual(['secret'])
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
    expect((await readdir(root)).filter(name => !name.startsWith('.'))).toEqual(['dangling', 'linked', 'secret'])
    await rm(outside, { recursive: true })
  })

  test('is not a folder, a pipe, or under a file', async ({ root, store }) => {
    await mkdir(join(root, 'folder'))
    await run('mkfifo', [join(root, 'pipe')])
    await writeFile(join(root, 'file'), 'x')
    for (const path of ['folder', 'pipe']) {
      await expect(store.stat(path)).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' })
      await expect(store.read(path)).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' })
      await expect(store.remove(path, {})).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' })
      await expect(store.write(path, source('x'), { token: 'w.1' })).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' })
    }
    await expect(store.write('file/below', source('x'), { token: 'w.1' })).rejects.toMatchObject({ code: 'CONFLICT' })
    await using folder = await store.openFolder('file', { token: 'f.1' })
    await expect(folder.publish()).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await contentOf(store, 'file')).toBe('x')
  })

  const changes: [string, RegExp, (path: string) => Promise<unknown>][] = [
    ['grows', /its bytes was 3000000 and is 3000003/, path => appendFile(path, 'abc')],
    ['is cut off', /it ended after \d+ of 3000000 bytes/, path => truncate(path, 10)],
    ['is overwritten in place', /its (mtimeNs|ctimeNs) was/, path => writeFile(path, Buffer.alloc(3_000_000), { flag: 'r+' })],
    [
      'is overwritten and its time put back',
      /its ctimeNs was/,
      async path => {
        const { atime, mtime } = await lstat(path)
        await writeFile(path, Buffer.alloc(3_000_000), { flag: 'r+' })
        await utimes(path, atime, mtime)
      },
    ],
    [
      'is replaced',
      /its (inode|ctimeNs) was/,
      path => writeFile(`${path}.new`, Buffer.alloc(3_000_000)).then(() => rename(`${path}.new`, path)),
    ],
    ['is removed', /it is no longer there/, path => rm(path)],
  ]
  test.each(changes)('that %s while it is read is found to have changed', async (_what, sentence, happens) => {
    const root = await mkdtemp(join(tmpdir(), 'almagest-posix-'))
    await using opened = await openPosix(root)
    await writeFile(join(root, 'a.fits'), patternOf(3_000_000))
    await utimes(join(root, 'a.fits'), 1_700_000_000, 1_700_000_000)
    await using reading = await opened.store.read('a.fits')
    let happened = false
    for await (const chunk of reading!) {
      if (!happened) await happens(join(root, 'a.fits'))
      happened = chunk.length > 0
    }
    expect(reading!.change()).toMatch(sentence)
  })

  test('that is not the expected one is found to have changed', async ({ root, store }) => {
    await writeFile(join(root, 'a.fits'), 'abc')
    const expected = (await store.stat('a.fits'))!
    await writeFile(join(root, 'a.fits'), 'abcd')
    await using reading = await store.read('a.fits', { expected })
    for await (const chunk of reading!) expect(chunk.toString()).toBe('abcd')
    expect(reading!.change()).toBe('its bytes was 3 and is 4')
  })

  test.skipIf(!canInject)('is read past the page cache, and through it where the file system refuses that', async ({ root, store }) => {
    await store.write('a', source(patternOf(1_500_000)), { token: 'w.1' })
    const script = `
const reading = await store.read('a', { direct: true })
let bytes = 0
for await (const chunk of reading) bytes += chunk.length
console.log(bytes, reading.direct, reading.change())`
    const normally = await runApart(root, script)
    expect(normally).toMatch(/^1500000 (true|false) null$/)
    for (const refuses of ['pread64:error=EINVAL:when=1', 'pread64:error=EINVAL:when=2']) {
      expect(await runApart(root, script, { under: [...strace(refuses), '-P', join(root, 'a')] })).toBe('1500000 false null')
    }
  })
})

describe('a name that is no text', () => {
  const raw = (root: string, text: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(text, 'latin1')])
  const path = 'n\\xe9/\\xff.dat'

  test('is read, written, listed, put into the trash and back, set aside and removed by its bytes', async ({ root, store }) => {
    await store.write(path, source('abc'), { token: 'w.1' })
    expect(await readFile(raw(root, 'n\u00e9/\u00ff.dat'), 'utf8')).toBe('abc')
    expect(await contentOf(store, path)).toBe('abc')
    expect((await Array.fromAsync(store.list('n\\xe9'))).map(({ path, fault }) => [path, fault])).toEqual([[path, null]])
    expect(await store.trash?.put(path, 't.1', {})).toBe('MOVED')
    expect(await store.stat(path)).toBeNull()
    expect(await store.trash?.restore('t.1', path)).toBe('RESTORED')
    expect(await store.quarantine(path, 'q.1')).toBe(`.quarantine/q.1/${path}`)
    expect(await readFile(raw(root, '.quarantine/q.1/n\u00e9/\u00ff.dat'), 'utf8')).toBe('abc')
    await writeFile(raw(root, 'n\u00e9/\u00ff.dat'), 'new')
    expect(await store.remove(path, {}, { prune: true })).toBe('REMOVED')
    expect((await Array.fromAsync(store.list())).map(({ path }) => path)).toEqual([])
  })

  test('may be in a folder that is written whole, found to be there already, and removed', async ({ root, store }) => {
    for (const token of ['f.1', 'f.2']) {
      await using draft = await store.openFolder('whole', { token })
      await draft.write(path, source('abc'))
      await draft.write('plain.dat', source('def'))
      await draft.publish()
    }
    expect(await readFile(raw(root, 'whole/n\u00e9/\u00ff.dat'), 'utf8')).toBe('abc')
    expect((await Array.fromAsync(store.list())).map(({ path }) => path)).toEqual([`whole/${path}`, 'whole/plain.dat'])
    expect(await store.removeFolder('whole', { token: 'r.1' })).toBe('REMOVED')
    expect((await Array.fromAsync(store.list())).map(({ path }) => path)).toEqual([])
  })
})

describe('a list', () => {
  test('tells of links, pipes and names that break the rules, and is not stopped by them', async ({ root, store }) => {
    await mkdir(join(root, 'n/.hidden'), { recursive: true })
    await writeFile(join(root, 'n/.hidden/a'), '')
    await writeFile(join(root, 'n/new\nline'), '')
    await writeFile(Buffer.concat([Buffer.from(`${root}/n/`), Buffer.from([0x66, 0xff, 0xfe])]), 'xy')
    await mkdir(Buffer.concat([Buffer.from(`${root}/n/`), Buffer.from([0xe9])]))
    await writeFile(Buffer.concat([Buffer.from(`${root}/n/`), Buffer.from([0xe9]), Buffer.from('/in')]), '')
    await writeFile(join(root, 'n/\\xe9'), '')
    await symlink('/etc', join(root, 'n/link'))
    await run('mkfifo', [join(root, 'n/pipe')])
    await mkdir(join(root, 'empty'))
    const listed = await Array.fromAsync(store.list())
    expect(listed.map(({ path, kind, fault }) => [path, kind, fault && fault.split(' ').slice(0, 3).join(' ')])).toEqual([
      ['n/.hidden/a', 'FILE', 'has the component'],
      ['n/\\x5cxe9', 'FILE', 'contains a backslash'],
      ['n/\\xe9/in', 'FILE', null],
      ['n/f\\xff\\xfe', 'FILE', null],
      ['n/link', 'SYMLINK', null],
      ['n/new\nline', 'FILE', 'contains a NUL'],
      ['n/pipe', 'OTHER', null],
    ])
    expect(listed[3]?.bytes).toBe(2)
  })

  test('ends at folders nested too deep, and tells of them', async ({ root, store }) => {
    const deep = Array.from({ length: 6 }, () => 'd'.repeat(200)).join('/')
    await mkdir(join(root, deep), { recursive: true })
    const [found, ...rest] = await Array.fromAsync(store.list())
    expect(rest).toEqual([])
    expect(found).toMatchObject({ path: deep, kind: 'OTHER', fault: expect.stringContaining('longer than') })
  })

  test('is an outage, and not the shorter, when the location goes away meanwhile', async ({ root, store }) => {
    for (const path of ['a', 'b', 'c/d']) await store.write(path, source('x'), { token: 'w.1' })
    const seen: string[] = []
    const listing = (async () => {
      for await (const { path } of store.list()) {
        seen.push(path)
        if (path === 'b') await rename(root, `${root}.away`)
      }
    })()
    await expect(listing).rejects.toThrow('its root is not there')
    expect(seen).toEqual(['a', 'b'])
    await rename(`${root}.away`, root)
  })

  test.skipIf(process.getuid?.() === 0)('is an outage when a folder cannot be read', async ({ root, store }) => {
    await mkdir(join(root, 'closed'))
    await chmod(join(root, 'closed'), 0)
    await expect(Array.fromAsync(store.list())).rejects.toThrow('permission is denied')
    await chmod(join(root, 'closed'), 0o700)
  })
})
