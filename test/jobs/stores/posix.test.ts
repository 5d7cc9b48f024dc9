import { execFile, execFileSync } from 'node:child_process'
import {
  appendFile,
  chmod,
  link,
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
import { promisify } from 'node:util'
import { describe, expect, test as base } from 'vitest'
import { posixStore, type Store } from '@almagest/jobs'
import { contentOf, patternOf, source, storeContract } from './store-contract.ts'

const run = promisify(execFile)
const ID = '01990000-0000-7000-8000-000000000001'
const OTHER_ID = '01990000-0000-7000-8000-000000000002'

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => !entry.isDirectory()).map(({ name, parentPath }) => join(parentPath, name))
}

async function openPosix(root: string) {
  const store = posixStore(root, { id: ID })
  await store.prepare()
  return {
    store,
    vanish: () => rename(root, `${root}.unmounted`),
    async leftovers() {
      const hidden = await Promise.all(['.inflight', '.trash', '.quarantine'].map((name) => filesUnder(join(root, name))))
      return hidden.flat().length
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true })
      await rm(`${root}.unmounted`, { recursive: true, force: true })
    },
  }
}

storeContract('a folder on disk', async () => openPosix(await mkdtemp(join(tmpdir(), 'almagest-posix-'))))

const test = base.extend<{ root: string; store: Store }>({
  root: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'almagest-posix-'))
    await use(root)
    await rm(root, { recursive: true, force: true })
  },
  store: async ({ root }, use) => {
    const store = posixStore(root, { id: ID })
    await store.prepare()
    await use(store)
  },
})

/** Whether this machine lets us do a thing, such as mount; where it does not, the tests that need it are skipped. */
function can(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const canMount = can('unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt')
const canInject = can('strace', '-f', '-e', 'inject=fsync:error=EIO', 'true')

/** Runs a script with `store`, `source` and `root` in scope, in its own process and under a command such as strace; gives its output. */
async function runApart(root: string, script: string, { under = [] }: { under?: string[] } = {}): Promise<string> {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url))
  const program = `
import { posixStore } from ${url('../../../jobs/stores/posix.ts')}
const root = ${JSON.stringify(root)}
const store = posixStore(root, { id: '${ID}' })
async function* source(text) { yield Buffer.from(text) }
const tell = (promise) => promise.then((value) => console.log('done', JSON.stringify(value)), (error) => console.log(error.name, error.code ?? '', error.message))
${script}`
  const [command = process.execPath, ...args] = [...under, process.execPath, '--input-type=module', '-e', program]
  // strace counts the calls of each thread: with one thread, they are in order.
  const { stdout } = await run(command, args, { env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '1' } }).catch(
    (error: unknown) => error as { stdout: string },
  )
  return stdout.trim()
}

/** A system call that fails, or kills the process, when it is made for the nth time. */
function strace(inject: string): string[] {
  return ['strace', '-f', '-o', '/dev/null', '-e', `trace=${inject.split(':')[0]}`, '-e', `inject=${inject}`]
}

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

async function mountOver(root: string, args: string[]): Promise<AsyncDisposable> {
  await run('mount', [...args, root])
  let mounted = true
  return {
    async [Symbol.asyncDispose]() {
      if (mounted) await run('umount', ['-l', root])
      mounted = false
    },
  }
}

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
    await expect(store.openFolder('linked/f', { token: 'f.1' }).then((folder) => folder.publish())).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await readdir(outside)).toEqual(['secret'])
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
    expect((await readdir(root)).filter((name) => !name.startsWith('.'))).toEqual(['dangling', 'linked', 'secret'])
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
    ['grows', /its bytes was 3000000 and is 3000003/, (path) => appendFile(path, 'abc')],
    ['is cut off', /it ended after \d+ of 3000000 bytes/, (path) => truncate(path, 10)],
    ['is overwritten in place', /its (mtimeNs|ctimeNs) was/, (path) => writeFile(path, Buffer.alloc(3_000_000), { flag: 'r+' })],
    [
      'is overwritten and its time put back',
      /its ctimeNs was/,
      async (path) => {
        const { atime, mtime } = await lstat(path)
        await writeFile(path, Buffer.alloc(3_000_000), { flag: 'r+' })
        await utimes(path, atime, mtime)
      },
    ],
    [
      'is replaced',
      /its (inode|ctimeNs) was/,
      (path) => writeFile(`${path}.new`, Buffer.alloc(3_000_000)).then(() => rename(`${path}.new`, path)),
    ],
    ['is removed', /it is no longer there/, (path) => rm(path)],
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

describe('an interrupted write', () => {
  test('leaves a temporary file that the next run of its token replaces', async ({ root, store }) => {
    await writeFile(join(root, '.inflight/w.1.part'), 'torn')
    await store.write('a', source('whole'), { token: 'w.1' })
    expect(await readdir(join(root, '.inflight'))).toEqual([])
    expect(await contentOf(store, 'a')).toBe('whole')
  })

  test('between its name and the end of its temporary name is finished by the next run', async ({ root, store }) => {
    await writeFile(join(root, '.inflight/w.1.part'), 'whole')
    await link(join(root, '.inflight/w.1.part'), join(root, 'a'))
    await store.write('a', source('whole'), { token: 'w.1' })
    expect((await lstat(join(root, 'a'))).nlink).toBe(1)
    expect(await contentOf(store, 'a')).toBe('whole')
  })

  test.skipIf(!canInject).each(['fsync', 'link', 'fchmod', 'unlink', 'mkdir'])(
    'killed at %s shows nothing or all, and the next run makes it whole',
    async (call) => {
      const root = await mkdtemp(join(tmpdir(), 'almagest-posix-'))
      await using opened = await openPosix(root)
      for (let nth = 1; nth <= 4; nth++) {
        const path = `n${nth}/a.fits`
        const script = `await tell(store.write('${path}', source('whole'), { token: 'w.${nth}' }))`
        const told = await runApart(root, script, { under: strace(`${call}:signal=SIGKILL:when=${nth}`) })
        if (nth === 1) expect(told).toBe('')
        expect([null, 'whole']).toContain(await contentOf(opened.store, path))
        await opened.store.write(path, source('whole'), { token: `w.${nth}` })
        expect(await contentOf(opened.store, path)).toBe('whole')
      }
      expect(await opened.leftovers()).toBe(0)
    },
  )

  test('is swept, with its folder and what it was removing, once it is old and its token is dead', async ({ root, store }) => {
    const long = new Date('2020-01-01')
    for (const name of ['.inflight/dead.1.part', '.inflight/live.1.part', '.trash/dead.3']) {
      await mkdir(join(root, name, '..'), { recursive: true })
      await writeFile(join(root, name), 'x')
    }
    await mkdir(join(root, '.inflight/dead.2/n'), { recursive: true })
    await writeFile(join(root, '.inflight/dead.2/n/a'), 'x')
    for (const name of ['.inflight/dead.1.part', '.inflight/live.1.part', '.inflight/dead.2', '.trash/dead.3'])
      await utimes(join(root, name), long, long)
    await writeFile(join(root, '.inflight/young.1.part'), 'x')

    const sweep = () => store.sweepInflight({ before: new Date('2021-01-01'), isLive: async (token) => token === 'live.1' })
    expect(await sweep()).toEqual(['dead.1', 'dead.2', 'dead.3'])
    expect(await sweep()).toEqual([])
    expect((await readdir(join(root, '.inflight'))).sort()).toEqual(['live.1.part', 'young.1.part'])
  })

  test('of a folder’s removal is finished by the next', async ({ root, store }) => {
    await mkdir(join(root, '.trash/r.1/n'), { recursive: true })
    await writeFile(join(root, '.trash/r.1/n/a'), 'x')
    expect(await store.removeFolder('p1', { token: 'r.1' })).toBe('ABSENT')
    expect(await readdir(join(root, '.trash'))).toEqual([])
  })
})

describe('a disk that fails', () => {
  test.skipIf(!canInject).each([1, 2, 3, 4])(
    'at fsync number %i: the write is an outage, nothing has the name, and fsync is not tried again',
    async (nth) => {
      const root = await mkdtemp(join(tmpdir(), 'almagest-posix-'))
      await using opened = await openPosix(root)
      const log = `${root}.strace`
      const under = ['strace', '-f', '-o', log, '-e', 'trace=fsync,link,unlink', '-e', `inject=fsync:error=EIO:when=${nth}`]
      const told = await runApart(root, `await tell(store.write('n/m/a.fits', source('abc'), { token: 'w.1' }))`, { under })
      expect(told).toMatch(/^Outage {2}location .*: cannot make \S+ durable: the device reports an input\/output error$/)
      expect(told).not.toContain(root)
      expect(await opened.store.stat('n/m/a.fits')).toBeNull()
      expect(await opened.leftovers()).toBe(0)
      const calls = (await readFile(log, 'utf8')).matchAll(/(fsync|link|unlink)\(/g)
      const names = [...calls].map(([, name]) => name)
      expect(names.slice(0, nth === 1 ? 1 : 2)).toEqual(nth === 1 ? ['fsync'] : ['fsync', 'link'])
      if (nth === 1) expect(names).not.toContain('link')
      await rm(log)
    },
  )

  test.skipIf(!canInject)('when it is written or read', async ({ root, store }) => {
    await store.write('a', source('abc'), { token: 'w.1' })
    const write = `await tell(store.write('b', source('abc'), { token: 'w.2' }))`
    const part = ['-P', join(root, '.inflight/w.2.part')]
    expect(await runApart(root, write, { under: [...strace('write,pwrite64:error=EIO'), ...part] })).toMatch(
      /Outage {2}location .*: cannot write b: the device/,
    )
    expect(await runApart(root, write, { under: [...strace('link:error=EIO')] })).toMatch(
      /Outage {2}location .*: cannot publish b: the device/,
    )
    const read = `await tell(Array.fromAsync(await store.read('a')))`
    expect(await runApart(root, read, { under: [...strace('read,pread64:error=EIO'), '-P', join(root, 'a')] })).toMatch(
      /Outage {2}location .*: cannot read a: the device/,
    )
    expect(await store.stat('b')).toBeNull()
    expect(await readdir(join(root, '.inflight'))).toEqual([])
  })

  test.skipIf(!canInject)(
    'makes a file durable before it has its name, and the name before the temporary one goes',
    async ({ root, store }) => {
      await store.write('n/first', source('abc'), { token: 'w.0' })
      const log = `${root}.strace`
      const under = ['strace', '-f', '-y', '-o', log, '-e', 'trace=fsync,link,unlink']
      expect(await runApart(root, `await tell(store.write('n/a.fits', source('abc'), { token: 'w.1' }))`, { under })).toMatch(/^done/)
      const calls = (await readFile(log, 'utf8')).matchAll(/(fsync|link|unlink)\((?:\d+<)?"?([^">]+)/g)
      expect([...calls].map(([, name, path]) => `${name} ${path?.replace(root, '')}`)).toEqual([
        'fsync /.inflight/w.1.part',
        'link /.inflight/w.1.part',
        'fsync /n',
        'fsync ',
        'unlink /.inflight/w.1.part',
        'fsync /.inflight',
      ])
      await rm(log)
    },
  )

  test.skipIf(!canMount)('because it is full: the write is an outage, nothing is left, and a smaller file still fits', async ({ root }) => {
    await using mount = await mountOver(root, ['-t', 'tmpfs', '-o', 'size=2m', 'none'])
    const store = posixStore(root, { id: ID })
    await store.prepare()
    const full = `location ${ID}: cannot write n/big.fits: the disk is full`
    await expect(store.write('n/big.fits', source(patternOf(5_000_000), 100_000), { token: 'w.1' })).rejects.toThrow(full)
    expect(await store.stat('n/big.fits')).toBeNull()
    expect(await readdir(join(root, '.inflight'))).toEqual([])
    {
      await using folder = await store.openFolder('f', { token: 'f.1' })
      await folder.write('small.fits', source('abc'))
      await expect(folder.write('big.fits', source(patternOf(5_000_000), 100_000))).rejects.toThrow('the disk is full')
    }
    expect(await readdir(join(root, '.inflight'))).toEqual([])
    await store.write('n/small.fits', source(patternOf(1_500_000), 100_000), { token: 'w.2' })
    const { free, total } = await store.space()
    expect([free < 600_000, total]).toEqual([true, 2 * 2 ** 20])
    expect(mount).toBeDefined()
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
    await symlink('/etc', join(root, 'n/link'))
    await run('mkfifo', [join(root, 'n/pipe')])
    await mkdir(join(root, 'empty'))
    const listed = await Array.fromAsync(store.list())
    expect(listed.map(({ path, kind, fault }) => [path, kind, fault && fault.split(' ').slice(0, 3).join(' ')])).toEqual([
      ['n/.hidden/a', 'FILE', 'has the component'],
      ['n/f\\xff\\xfe', 'FILE', 'is not valid'],
      ['n/link', 'SYMLINK', null],
      ['n/new\nline', 'FILE', 'contains a NUL'],
      ['n/pipe', 'OTHER', null],
      ['n/\\xe9/in', 'FILE', 'is not valid'],
    ])
    expect(listed[1]?.bytes).toBe(2)
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
