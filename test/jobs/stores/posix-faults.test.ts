import { link, lstat, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { digestOf, posixStore } from '@almagest/jobs'
import { forms } from '../../long.ts'
import { canInject, canMount, ID, mountOver, openPosix, runApart, strace, test } from './disk.ts'
import { makePackage } from '../packages.ts'
import { contentOf, patternOf, source } from './store-contract.ts'

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

  test.skipIf(!canInject).each(forms(['fsync', 'link', 'fchmod', 'unlink', 'mkdir'], 2))(
    'killed at %s shows nothing or all, and the next run makes it whole',
    async call => {
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

    const sweep = () => store.sweepInflight({ before: new Date('2021-01-01'), isLive: async token => token === 'live.1' })
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
    async nth => {
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

  test.skipIf(!canInject).each([
    ['for a part', 'file.finish(0, part)', ''],
    ['behind the parts', 'file.write(Buffer.alloc(64 * 2 ** 20), 0)', 'await file.finish(0, part).catch(() => {})'],
  ])('when it is told once, %s, no part of the file is believed any more', async (_when, first, then) => {
    const root = await mkdtemp(join(tmpdir(), 'almagest-posix-'))
    await using opened = await openPosix(root)
    const script = `
const { openDigest } = await import(${JSON.stringify(new URL('../../../jobs/index.ts', import.meta.url))})
const part = openDigest().done()
const expected = { bytes: 128 * 2 ** 20, digest: part }
const file = await store.assemble('a.tar', { token: 'w.1', earlier: () => false, expected, partBytes: 64 * 2 ** 20, digests: null })
await ${first}.catch(() => {})
${then}
await tell(file.finish(1, part).finally(() => file[Symbol.asyncDispose]()))`
    const told = await runApart(root, script, { under: strace('fdatasync:error=EIO:when=1') })
    expect(told).toMatch(/^Outage {2}location .*: cannot make parts of a.tar durable: the device reports an input\/output error$/)
    expect(await opened.leftovers()).toBe(0)
  })

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

  test.skipIf(!canInject)('makes a file that somebody else filled durable before it has its name', async ({ root, store }) => {
    const script = `
const { writeFile } = await import('node:fs/promises')
await tell(store.writeFile('n/a.tar', file => writeFile(file, 'abc'), { token: 'w.1' }))`
    const calls = await callsOf(root, script)
    expect(calls.slice(0, 2)).toEqual(['fsync /.inflight/w.1.part', 'link /.inflight/w.1.part'])
    expect(calls).toContain('fsync /n')
    expect(await contentOf(store, 'n/a.tar')).toBe('abc')
  })

  test.skipIf(!canInject)('makes a part that comes durable before its journal notes it', async ({ root, store }) => {
    const whole = await digestOf([Buffer.from('abcdef')])
    const script = `
const expected = ${JSON.stringify(whole)}
const assembly = await store.assemble('n/a.tar', { token: 'op.1', earlier: () => false, expected, partBytes: 3, digests: null })
await assembly.write(Buffer.from('abcdef'), 0)
await assembly.verify(0)
await assembly.verify(1)
await tell(assembly.publish())`
    const calls = await callsOf(root, script, 'fdatasync,openat')
    const noted = calls.flatMap((call, index) => (call === 'openat /.inflight/op.1.journal' ? [index] : [])).slice(-2)
    expect(noted).toHaveLength(2)
    for (const at of noted) expect(calls.slice(0, at).findLast(call => !call.startsWith('openat'))).toBe('fdatasync /.inflight/op.1.part')
    expect(calls.filter(call => call.startsWith('fdatasync'))).toHaveLength(2)
    expect(await contentOf(store, 'n/a.tar')).toBe('abcdef')
  })

  test.skipIf(!canInject)('makes every file that a thread unpacks durable before their folder has its name', async ({ root, store }) => {
    const { tar, manifest } = await makePackage({ 'a/one.dat': 'one', 'two.dat': Buffer.alloc(70_000, 2) })
    await writeFile(join(root, 'p.tar'), tar)
    const script = `
const { checkTar, openThreads } = await import(${JSON.stringify(new URL('../../../jobs/index.ts', import.meta.url))})
const folder = await store.openFolder('n/p', { token: 'u.1' })
async function* members() { yield ${JSON.stringify(manifest.members)} }
const verdict = await checkTar({ store, path: 'p.tar' }, { members: members(), into: folder, signal: new AbortController().signal }, openThreads(1))
await tell(folder.publish().then(() => verdict.ok))
process.exit(0)`
    const calls = await callsOf(root, script)
    const named = calls.indexOf('rename /.inflight/u.1')
    expect(named).toBeGreaterThan(0)
    const before = calls.slice(0, named)
    for (const path of ['a/one.dat', 'two.dat', 'a']) expect(before).toContain(`fsync /.inflight/u.1/${path}`)
    expect(before).toContain('fsync /.inflight/u.1')
    expect(calls.slice(named)).toContain('fsync /n')
    expect(await contentOf(store, 'n/p/a/one.dat')).toBe('one')
  })

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

/** The calls that make things durable or give them their names, in their order, each with the path in the location. */
async function callsOf(root: string, script: string, more = 'rename'): Promise<string[]> {
  const log = `${root}.strace`
  const under = ['strace', '-f', '-y', '-o', log, '-e', `trace=fsync,link,${more}`]
  expect(await runApart(root, script, { under })).toMatch(/^done/)
  const lines = (await readFile(log, 'utf8')).split('\n')
  await rm(log)
  return lines.flatMap(line => {
    const [, name, path] = /(fsync|fdatasync|link|rename)\((?:\d+<)?"?([^">]+)/.exec(line) ?? []
    const [, opened] = /openat\([^"]*"([^"]+)"/.exec(line) ?? []
    if (opened?.startsWith(root)) return [`openat ${opened.replace(root, '')}`]
    return name === undefined ? [] : [`${name} ${path?.replace(root, '')}`]
  })
}
