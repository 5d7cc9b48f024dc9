import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as base } from './fixtures.ts'

const local = join(import.meta.dirname, '../gateway/local.ts')
/** Where unpacked programs are kept, for all runs. */
const tools = join(import.meta.dirname, '../.almagest-tools')
const samples = join(import.meta.dirname, '../../shared/data/fits')

interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Runs `npm start` with arguments, without npm, in a data folder of this test's own. */
const test = base.extend<{ home: string; start: (...args: string[]) => Promise<Ended> }>({
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'almagest-story-'))
    // else each would fetch a Redis of its own
    await mkdir(tools, { recursive: true })
    await symlink(tools, join(home, 'tools'))
    await use(home)
    await rm(home, { recursive: true, force: true })
  },
  start: async ({ home }, use) => {
    await use(
      (...args) =>
        new Promise(done => {
          execFile(process.execPath, [local, '--port', '0', '--data', home, ...args], { env: environment() }, (error, out, err) =>
            done({ status: error ? Number(error.code ?? 1) : 0, out, err }),
          )
        }),
    )
  },
})

function environment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, REDIS_URL: __, ...rest } = process.env
  return rest
}

const last = (out: string): Record<string, number> => JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, number>

describe('one command', () => {
  test(
    'UC-1.1 UC-2.1 UC-3.1 UC-4.2 UC-5.1 UC-6.1 takes what a telescope wrote to two archives and back, and frees SOURCE and BUFFER with proof',
    { timeout: 180_000 },
    async ({ start }) => {
      const first = await start('--once')
      expect(first).toMatchObject({ status: 0, err: '' })
      const { files, bytes, seconds, ...rest } = last(first.out)
      expect(files).toBe(16)
      expect(bytes).toBeGreaterThan(40_000_000)
      expect(seconds).toBeGreaterThan(0)
      expect(rest).toEqual({ archived: files, stagedIdentical: files, deletedWithProof: files })

      const again = await start('--once')
      expect(again.status).toBe(0)
      expect(last(again.out)).toMatchObject({ files: 16, archived: 16, stagedIdentical: 16, deletedWithProof: 16 })
    },
  )

  test.skipIf(!existsSync(samples))(
    'UC-1.1 takes a folder of real FITS and G3 files through the same stages (skipped where the samples are not)',
    async ({ start }) => {
      const { status, out } = await start('--once', '--source', samples)
      expect(status).toBe(0)
      const { files, ...rest } = last(out)
      expect(files).toBeGreaterThan(30)
      expect(rest).toMatchObject({ archived: files, stagedIdentical: files, deletedWithProof: files })
    },
  )

  test('says which files of a folder it left out, takes the others, and does not call that success', async ({ start, root }) => {
    const folder = join(root, 'mine')
    await mkdir(join(folder, 'sub'), { recursive: true })
    await writeFile(join(folder, 'sub/größe.dat'), 'bytes')
    await writeFile(join(folder, 'empty'), '')
    await writeFile(join(folder, '.hidden'), 'x')
    await writeFile(join(folder, 'a\u0007bell'), 'x')
    await symlink('/etc/hostname', join(folder, 'link'))

    const { status, out } = await start('--once', '--source', folder)

    expect(status).toBe(1)
    expect(out).toContain('left out: "link": it is a symbolic link')
    expect(out).toContain('left out: ".hidden"')
    expect(out).toContain('control character')
    expect(last(out)).toMatchObject({ files: 2, archived: 2, stagedIdentical: 2, deletedWithProof: 2 })
    expect(await readFile(join(folder, 'sub/größe.dat'), 'utf8')).toBe('bytes')
  })

  test('ends within five seconds of Ctrl-C and leaves no process behind', async ({ home }) => {
    const child = spawn(process.execPath, [local, '--port', '0', '--data', home, '--idle'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise<number | null>(done => child.on('exit', done))
    await new Promise<void>(done => child.stdout.on('data', (chunk: Buffer) => chunk.includes('until Ctrl-C') && done()))
    const children = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ')
    expect(children).toHaveLength(2)

    const at = performance.now()
    child.kill('SIGINT')
    expect(await ended).toBe(0)

    expect(performance.now() - at).toBeLessThan(5_000)
    for (const pid of children) expect(existsSync(`/proc/${pid}`)).toBe(false)
  })

  test('is taken up again with its data after it was killed in the middle', { timeout: 180_000 }, async ({ home, start }) => {
    const child = spawn(process.execPath, [local, '--port', '0', '--data', home, '--once'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise(done => child.on('exit', done))
    await new Promise<void>(done => child.stdout.on('data', (chunk: Buffer) => chunk.includes('go their way') && done()))
    child.kill('SIGKILL')
    await ended

    const { status, out } = await start('--once')

    expect(out).not.toContain('left out')
    expect(status).toBe(0)
    expect(last(out)).toMatchObject({ files: 16, archived: 16, stagedIdentical: 16, deletedWithProof: 16 })
  })

  test('says in one sentence what is wrong with an option, a folder or a port', async ({ start, home, root }) => {
    await using taken = await listen()
    expect(await start('--sideways')).toMatchObject({ status: 2, out: '', err: expect.stringContaining('--sideways') as string })
    expect(await start('--port', '70000')).toMatchObject({
      status: 2,
      err: 'almagest: --port: 70000 is not a port; it has to be 0 to 65535\n',
    })
    expect((await start('--help')).out).toContain('--source DIR')
    const missing = await start('--once', '--source', join(root, 'nowhere'))
    expect(missing).toMatchObject({ status: 2, err: expect.stringContaining('--source:') as string })
    const port = await start('--port', String(taken.port), '--idle')
    expect(port).toMatchObject({ status: 1, err: expect.stringContaining(String(taken.port)) as string })
    await writeFile(join(root, 'file'), '')
    expect(await start('--data', join(root, 'file'), '--idle')).toMatchObject({
      status: expect.any(Number) as number,
      err: expect.stringContaining('almagest: ') as string,
    })
    expect(existsSync(home)).toBe(true)
  })
})

async function listen(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: () => new Promise(done => server.close(() => done())),
  }
}
