import { spawn } from 'node:child_process'
import { chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { startPostgres } from '@almagest/gateway/local'
import { forms } from '../long.ts'
import { asPerson, openFolder, people, serverPid, spawnHolder, startHolder, statOf, until, ended } from './stage.ts'

const servers = ['postgres']

describe.each(forms(people, 1))('a private PostgreSQL of $name', person => {
  test('is made once, keeps its rows when it is started again', async () => {
    await using home = await openFolder(person)
    {
      await using first = await startHolder(person, home.path, { servers })
      expect(await rows(first.said.postgres, 'create table kept as select 42 as answer; select answer from kept')).toEqual([{ answer: 42 }])
      const [facts] = await rows(
        first.said.postgres,
        `select current_setting('listen_addresses') as at, current_setting('unix_socket_directories') as socket, current_setting('fsync') as fsync,
           pg_encoding_to_char(encoding) as encoding, datcollate as collate from pg_database where datname = current_database()`,
      )
      expect(facts).toEqual({ at: '127.0.0.1', socket: '', fsync: 'off', encoding: 'UTF8', collate: 'C' })
    }
    await using second = await startHolder(person, home.path, { servers })
    expect(await rows(second.said.postgres, 'select answer from kept')).toEqual([{ answer: 42 }])
    expect((await stat(join(home.path, 'postgres/password'))).mode & 0o777).toBe(0o600)
  })

  test('ends with its process, even by SIGKILL, and the next start has everything', async () => {
    await using home = await openFolder(person)
    const killed = await startHolder(person, home.path, { servers })
    await rows(killed.said.postgres, 'create table kept as select 1')
    const pid = await serverPid(join(home.path, 'postgres'))
    // a session of its own: the terminal's Ctrl-C ends it neither before its process does
    expect((await statOf(pid))?.group).toBe(pid)

    process.kill(killed.said.pid, 'SIGKILL')
    await until(async () => (await statOf(pid)) === null)

    await using next = await startHolder(person, home.path, { servers })
    expect(await rows(next.said.postgres, 'select count(*)::int as n from kept')).toEqual([{ n: 1 }])
  })

  test('is made again when a kill cut its making', async () => {
    await using home = await openFolder(person)
    const child = spawnHolder(person, home.path, { servers })
    const names = async () => readdir(join(home.path, 'postgres')).catch(() => [])
    await until(async () => (await names()).some(name => name.startsWith('data.new-')))
    child.kill('SIGKILL')
    await ended(child)
    expect(await names()).not.toContain('data')

    await using holder = await startHolder(person, home.path, { servers })
    expect(await rows(holder.said.postgres, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await names()).filter(name => name.startsWith('data'))).toEqual(['data'])
  })

  test('starts although the pid of a killed server belongs to somebody else now', async () => {
    await using home = await openFolder(person)
    await (await startHolder(person, home.path, { servers }))[Symbol.asyncDispose]()
    const [command = '', ...args] = asPerson(person, ['sleep', '60'])
    const other = spawn(command, args, { stdio: 'ignore' })
    const path = join(home.path, 'postgres/data/postmaster.pid')
    await writeFile(path, `${other.pid}\n${join(home.path, 'postgres/data')}\n1\n5432\n\n127.0.0.1\n`, { mode: 0o600 })
    const { uid, gid } = await stat(join(home.path, 'postgres/data'))
    await chown(path, uid, gid)

    await using holder = await startHolder(person, home.path, { servers })
    expect(await rows(holder.said.postgres, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(other.exitCode).toBeNull()
    other.kill()
  })
})

describe('a private PostgreSQL', () => {
  test.each(['noted', 'not noted'])('that a killed run left alive and %s is ended before the next starts', async how => {
    await using home = await openFolder()
    await using left = await startPostgres({ home: home.path, durable: false })
    await rows(left.url, 'create table kept as select 1')
    const pid = await serverPid(join(home.path, 'postgres'))
    if (how === 'not noted') await rm(join(home.path, 'postgres/server.pid'))

    await using next = await startPostgres({ home: home.path, durable: false })

    expect(await statOf(pid)).toBeNull()
    expect(await rows(next.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1 }])
    expect(await readFile(join(home.path, 'postgres/server.log.1'), 'utf8')).toContain('database system is shut down')
  })

  test('keeps what it has committed unless told otherwise, and starts again after a kill at any moment', async () => {
    await using home = await openFolder()
    {
      await using postgres = await startPostgres({ home: home.path })
      expect(await rows(postgres.url, 'show fsync')).toEqual([{ fsync: 'on' }])
      await rows(postgres.url, 'create table kept as select 1')
      process.kill(await serverPid(join(home.path, 'postgres')), 'SIGKILL')
    }
    await writeFile(join(home.path, 'postgres/data/postmaster.pid'), '')
    await using postgres = await startPostgres({ home: home.path })
    expect(await rows(postgres.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1 }])
  })

  test('whose files another major version made is refused in one sentence', async () => {
    await using home = await openFolder()
    await mkdir(join(home.path, 'postgres/data'), { recursive: true })
    await writeFile(join(home.path, 'postgres/password'), 'x\n')
    await writeFile(join(home.path, 'postgres/data/PG_VERSION'), '15\n')

    await expect(startPostgres({ home: home.path })).rejects.toThrow(/was made by PostgreSQL 15 and this Almagest brings 18/)
  })
})

describe('DATABASE_URL', () => {
  test('is used as it is when its server answers', async () => {
    await using home = await openFolder()
    await using postgres = await startPostgres({ home: home.path, durable: false })
    await using given = await startPostgres({ home: '/nonexistent', url: postgres.url })
    expect(given.url).toBe(postgres.url)

    const wrong = postgres.url.replace(/:[0-9a-f]+@/, ':s3cret@')
    const error = await startPostgres({ home: '/nonexistent', url: wrong }).catch(error => error as Error)
    expect(error).toMatchObject({
      name: 'Outage',
      message: expect.stringMatching(/^the PostgreSQL of DATABASE_URL .* password authentication failed/),
    })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret')
  })

  test.each([
    'postgresql://me:s3cret@127.0.0.1:1/x',
    'postgresql://me:s3cret@nowhere.invalid/x',
    'mysql://me:s3cret@h/x',
    's3cret',
    'postgresql://me:s3cret@h:99999/x',
  ])('that leads nowhere (%s) is told without its password', async url => {
    const error = await startPostgres({ home: '/nonexistent', url }).catch(error => error as Error)
    expect(error).toMatchObject({ name: expect.stringMatching(/Outage|Refusal/), message: expect.stringContaining('DATABASE_URL') })
    expect(String(error)).not.toContain('s3cret')
    expect(String(error)).not.toContain('\n')
  })
})

async function rows(url: string | undefined, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const results = await client.query(sql)
    return ([results].flat().at(-1) as pg.QueryResult).rows
  } finally {
    await client.end()
  }
}
