import { spawn } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openHome } from '@almagest/gateway/local'
import { ended, makeFolder, openFolder, people, startHolder, statOf } from './stage.ts'

const servers: string[] = []

describe('the data folder', () => {
  test('is made when it is missing, and for its owner only', async () => {
    await using folder = await openFolder()
    await using home = await openHome(join(folder.path, 'a/b'))
    expect(home.path).toBe(join(folder.path, 'a/b'))
    expect((await stat(home.path)).mode & 0o777).toBe(0o700)
  })

  test('becomes private when it was open to others', async () => {
    await using folder = await openFolder()
    await chmod(folder.path, 0o755)
    await using home = await openHome(folder.path)
    expect((await stat(home.path)).mode & 0o777).toBe(0o700)
  })

  test.each(people)('is held by one process at a time ($name), and again by the next one when that was killed', async person => {
    await using folder = await openFolder(person)
    const holder = await startHolder(person, folder.path, { servers })
    const refused = `another Almagest (process ${holder.said.pid}) uses ${folder.path}: end it first, or choose another folder`
    await expect(startHolder(person, folder.path, { servers })).rejects.toThrow(refused)

    process.kill(holder.said.pid, 'SIGKILL')
    await ended(holder.child)

    await using next = await startHolder(person, folder.path, { servers })
    expect(next.said.pid).not.toBe(holder.said.pid)
  })

  test('is not held by a recycled pid', async () => {
    await using folder = await openFolder()
    await (await openHome(folder.path))[Symbol.asyncDispose]()
    await writeFile(join(folder.path, 'lock.pid'), `${process.ppid}\n`)
    await using home = await openHome(folder.path)
    expect(await readFile(join(home.path, 'lock.pid'), 'utf8')).toBe(`${process.pid}\n`)
  })

  test('cannot be opened twice, not even by one process, until it is released', async () => {
    await using folder = await openFolder()
    {
      await using _home = await openHome(folder.path)
      await expect(openHome(folder.path)).rejects.toMatchObject({
        name: 'Outage',
        message: expect.stringContaining(`process ${process.pid}`),
      })
      await expect(openHome(folder.path, { fresh: true })).rejects.toMatchObject({ name: 'Outage' })
    }
    await using again = await openHome(folder.path)
    expect(again.path).toBe(folder.path)
  })

  test.each([false, true])('is never a folder with other things in it (fresh: %s)', async fresh => {
    await using folder = await openFolder()
    await writeFile(join(folder.path, 'thesis.tex'), 'years of work')

    await expect(openHome(folder.path, { fresh })).rejects.toMatchObject({ name: 'Refusal', code: 'BAD_INPUT' })

    expect(await readdir(folder.path)).toEqual(['thesis.tex'])
  })

  test('is emptied when asked to start afresh, but for the tools, after ending a server that is still alive on it', async () => {
    await using folder = await openFolder()
    await (await openHome(folder.path))[Symbol.asyncDispose]()
    for (const name of ['redis', 'tools', 'locations/buffer']) await makeFolder({ name: 'me', uid: null }, folder.path, name)
    await writeFile(join(folder.path, 'tools/kept'), '')
    const server = spawn('sleep', ['60'], { stdio: 'ignore' })
    await writeFile(join(folder.path, 'redis/server.pid'), `${server.pid} ${(await statOf(server.pid ?? 0))?.start}\n`)

    await using home = await openHome(folder.path, { fresh: true })

    expect(await ended(server)).toBe('SIGINT')
    expect((await readdir(home.path)).toSorted()).toEqual(['almagest-home', 'lock', 'lock.pid', 'tools'])
    expect(await readdir(join(home.path, 'tools'))).toEqual(['kept'])
  })

  test('does not end a stranger that has the pid of an old server', async () => {
    await using folder = await openFolder()
    await (await openHome(folder.path))[Symbol.asyncDispose]()
    await mkdir(join(folder.path, 'redis'))
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
    await writeFile(join(folder.path, 'redis/server.pid'), `${stranger.pid} 12345\n`)

    await using _home = await openHome(folder.path, { fresh: true })

    expect(await statOf(stranger.pid ?? 0)).not.toBeNull()
    stranger.kill()
  })

  test('whose deletion was cut short is empty at the next start', async () => {
    await using folder = await openFolder()
    await (await openHome(folder.path))[Symbol.asyncDispose]()
    await mkdir(join(folder.path, 'locations'))
    await writeFile(join(folder.path, 'deleting'), '')

    await using home = await openHome(folder.path)

    expect((await readdir(home.path)).toSorted()).toEqual(['almagest-home', 'lock', 'lock.pid'])
  })

  test('that cannot be made or written is told in one sentence', async () => {
    await using folder = await openFolder()
    await writeFile(join(folder.path, 'file'), '')
    await expect(openHome(join(folder.path, 'file'))).rejects.toThrow(`${join(folder.path, 'file')} is not a folder`)
    await expect(openHome(join(folder.path, 'file/home'))).rejects.toThrow(/: a part of the path is not a folder$/)
    await expect(openHome('/proc/almagest')).rejects.toThrow(/^\/proc\/almagest cannot hold Almagest's data: /)
    for (const person of people.filter(person => person.uid !== null)) {
      await expect(startHolder(person, '/usr/almagest', { servers })).rejects.toThrow(
        "/usr/almagest cannot hold Almagest's data: permission denied",
      )
    }
  })
})
