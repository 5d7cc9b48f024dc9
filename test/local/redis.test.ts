import { chmod, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRedis } from '@almagest/gateway/local'
import { ended, openFolder, people, serverPid, startHolder, statOf, until } from './stage.ts'

/** A machine on which neither Redis nor Docker is installed. */
const bare = await openFolder({ name: 'me', uid: null })
/** Unpacked once for this file, readable by every user of it. */
const shared = await openFolder({ name: 'me', uid: process.getuid?.() ?? null })
const tools = shared.path
let unreachable: string | null = null

beforeAll(async () => {
  for (const program of ['apt-get', 'dpkg-deb']) await symlink(join('/usr/bin', program), join(bare.path, program))
  await using home = await openFolder()
  const lines: string[] = []
  try {
    await using redis = await startRedis({ home: home.path, path: bare.path, tools, log: line => lines.push(line) })
    expect(redis.how).toBe(`Debian's package, unpacked in ${join(tools, 'redis')}`)
    expect(lines).toEqual(['fetching Redis from Debian, once…'])
    await chmod(tools, 0o755)
  } catch (error) {
    if (!/packages cannot be fetched/.test(String(error))) throw error
    unreachable = `Debian's packages are unreachable: ${String(error)}`
  }
}, 60_000)

afterAll(async () => {
  await bare[Symbol.asyncDispose]()
  await shared[Symbol.asyncDispose]()
})

describe('a private Redis from Debian', () => {
  test('is not fetched twice, forgets nothing at will and is reached by its owner only', async context => {
    if (unreachable !== null) context.skip(unreachable)
    await using home = await openFolder()
    const lines: string[] = []
    await using redis = await startRedis({ home: home.path, path: '', tools, log: line => lines.push(line) })

    expect(lines).toEqual([])
    expect(await readdir(tools)).toEqual(['redis'])
    expect(await settings(redis.url)).toEqual({
      appendonly: 'yes',
      appendfsync: 'everysec',
      'maxmemory-policy': 'noeviction',
      save: '',
      port: '0',
    })
    expect((await stat(redis.url)).mode & 0o777).toBe(0o700)
  })

  test('serves a data folder with a long and peculiar name', async context => {
    if (unreachable !== null) context.skip(unreachable)
    await using home = await openFolder()
    const far = join(home.path, `a "home" with spaces ${'x'.repeat(100)}`)
    await using redis = await startRedis({ home: far, path: '', tools })
    expect(await ask(redis.url, client => client.set('key', 'value'))).toBe('OK')
    expect(await readdir(join(far, 'redis/data'))).not.toEqual([])
  })

  test.each(people)('of $name ends with its process, even by SIGKILL, and keeps what it knew', async person => {
    if (unreachable !== null) return
    await using home = await openFolder(person)
    const killed = await startHolder(person, home.path, { tools, servers: ['redis'] })
    await ask(killed.said.redis, client => client.set('key', 'value'))
    const pid = await serverPid(join(home.path, 'redis'))
    expect((await statOf(pid))?.group).toBe(pid)

    process.kill(killed.said.pid, 'SIGKILL')
    await ended(killed.child)
    await until(async () => (await statOf(pid)) === null)

    await using next = await startHolder(person, home.path, { tools, servers: ['redis'] })
    expect(await ask(next.said.redis, client => client.get('key'))).toBe('value')
  })

  test('that a killed run left alive is ended before the next starts', async context => {
    if (unreachable !== null) context.skip(unreachable)
    await using home = await openFolder()
    await using left = await startRedis({ home: home.path, path: '', tools })
    await ask(left.url, client => client.set('key', 'value'))
    const pid = await serverPid(join(home.path, 'redis'))

    await using next = await startRedis({ home: home.path, path: '', tools })

    expect(await statOf(pid)).toBeNull()
    expect(await ask(next.url, client => client.get('key'))).toBe('value')
  })

  test('starts after a power cut in the middle of a write, and after its files were spoilt', async context => {
    if (unreachable !== null) context.skip(unreachable)
    await using home = await openFolder()
    const data = join(home.path, 'redis/data')
    const log = join(data, 'appendonlydir/appendonly.aof.1.incr.aof')
    {
      await using redis = await startRedis({ home: home.path, path: '', tools })
      await ask(redis.url, async client => [await client.set('first', '1'), await client.set('second', '2')])
      // Redis answers before it writes while its last fsync is under way
      await until(async () => (await readFile(log, 'utf8')).includes('second'))
      process.kill(await serverPid(join(home.path, 'redis')), 'SIGKILL')
    }
    await truncate(log, (await stat(log)).size - 3)
    {
      await using redis = await startRedis({ home: home.path, path: '', tools })
      expect(await ask(redis.url, client => client.mget('first', 'second'))).toEqual(['1', null])
    }
    await writeFile(log, 'this is not a log of Redis')
    const lines: string[] = []
    await using redis = await startRedis({ home: home.path, path: '', tools, log: line => lines.push(line) })
    expect(await ask(redis.url, client => client.get('first'))).toBeNull()
    expect(lines).toEqual([`Redis could not read what it had kept and starts empty; the old files are in ${data}.unreadable`])
    expect(await readFile(join(`${data}.unreadable`, 'appendonlydir/appendonly.aof.1.incr.aof'), 'utf8')).toBe('this is not a log of Redis')
  })

  test('is an installed one where there is one', async context => {
    if (unreachable !== null) context.skip(unreachable)
    await using home = await openFolder()
    await using machine = await openFolder()
    const program = join(machine.path, 'valkey-server')
    await writeFile(program, launcher(['exec env', await libraries(), join(tools, 'redis/usr/bin/redis-server'), '"$@"'].join(' ')), {
      mode: 0o755,
    })

    await using redis = await startRedis({ home: home.path, path: `/nonexistent:${machine.path}` })

    expect(redis.how).toBe(program)
    expect(await ask(redis.url, client => client.ping())).toBe('PONG')
  })

  test('is one in Docker where nothing else is to be had', async context => {
    if (unreachable !== null) context.skip(unreachable)
    await using home = await openFolder()
    await using machine = await openFolder()
    // stands for the docker command: publishes the port by listening on it
    const run = `shift; while [ "$1" != redis-server ]; do [ "$1" = --publish ] && port=$2; shift; done; port=\${port#127.0.0.1:}; port=\${port%:6379}`
    const exec = ['exec env', await libraries(), join(tools, 'redis/usr/bin/redis-server'), '- --port "$port" --dir', machine.path].join(
      ' ',
    )
    const body = `echo "$1" >> '${machine.path}/calls'\n[ "$1" = run ] || exit 0\n${run}\n${exec}`
    await writeFile(join(machine.path, 'docker'), launcher(body), { mode: 0o755 })

    await using redis = await startRedis({ home: home.path, path: machine.path })

    expect(redis.how).toBe('redis:7-alpine in Docker')
    expect(await ask(redis.url, client => client.ping())).toBe('PONG')
    expect(await settings(redis.url)).toMatchObject({ 'maxmemory-policy': 'noeviction', save: '' })
    await expect(ask(redis.url.replace(/:[0-9a-f]+@/, ''), client => client.ping())).rejects.toThrow('NOAUTH')
    expect(await readFile(join(machine.path, 'calls'), 'utf8')).toBe('version\nrm\npull\nrun\n')
  })
})

describe('without a Redis', () => {
  test('one sentence says what to install', async () => {
    await using home = await openFolder()
    await expect(startRedis({ home: home.path, path: '' })).rejects.toThrow(
      /^there is no Redis on this machine: install it \(apt-get install redis-server, or valkey-server\), start Docker, or set REDIS_URL; /,
    )
  })

  test('packages that cannot be fetched leave nothing half done', async () => {
    await using home = await openFolder()
    await using machine = await openFolder()
    for (const program of ['apt-get', 'dpkg-deb'])
      await writeFile(join(machine.path, program), launcher('echo E: no network >&2; exit 100'), { mode: 0o755 })
    await expect(startRedis({ home: home.path, path: machine.path })).rejects.toThrow("Debian's packages cannot be fetched: E: no network")
    expect(await readdir(join(home.path, 'tools'))).toEqual([])
  })
})

describe('REDIS_URL', () => {
  test('is used as it is, with a warning when that server may forget', async context => {
    if (unreachable !== null) context.skip(unreachable)
    await using home = await openFolder()
    await using redis = await startRedis({ home: home.path, path: '', tools })
    const lines: string[] = []
    const log = (line: string) => void lines.push(line)
    {
      await using given = await startRedis({ home: '/nonexistent', path: '', url: redis.url, log })
      expect(given).toMatchObject({ url: redis.url, how: 'REDIS_URL' })
      expect(lines).toEqual([])
    }
    await ask(redis.url, client => client.config('SET', 'maxmemory-policy', 'allkeys-lru', 'appendonly', 'no'))
    await using _given = await startRedis({ home: '/nonexistent', path: '', url: redis.url, log })
    expect(lines).toEqual([expect.stringContaining('maxmemory-policy allkeys-lru'), expect.stringContaining('appendonly no')])

    lines.length = 0
    await ask(redis.url, client => client.acl('SETUSER', 'default', '-config', 'resetpass', '>s3cret'))
    await expect(startRedis({ home: '/nonexistent', path: '', url: redis.url, log })).rejects.toThrow(/does not answer: NOAUTH/)
    const error = await startRedis({ home: '/nonexistent', path: '', url: `${redis.url}?password=wr0ng` }).catch(error => error as Error)
    expect(error).toMatchObject({ name: 'Outage', message: expect.stringContaining('WRONGPASS') })
    expect(String(error)).not.toContain('wr0ng')
    await using _silent = await startRedis({ home: '/nonexistent', path: '', url: `${redis.url}?password=s3cret`, log })
    expect(lines).toEqual([])
  })

  test.each(['redis://:s3cret@127.0.0.1:1', 'redis://:s3cret@nowhere.invalid', 'http://:s3cret@h', 's3cret', '/nonexistent/redis.sock'])(
    'that leads nowhere (%s) is told without its password',
    async url => {
      const error = await startRedis({ home: '/nonexistent', path: '', url }).catch(error => error as Error)
      expect(error).toMatchObject({ name: expect.stringMatching(/Outage|Refusal/), message: expect.stringContaining('REDIS_URL') })
      expect(String(error)).not.toContain('s3cret')
    },
  )
})

async function ask<answer>(url: string | undefined, question: (client: Redis) => Promise<answer>): Promise<answer> {
  const client = new Redis(url ?? '', { retryStrategy: () => null }).on('error', () => {})
  try {
    return await question(client)
  } finally {
    client.disconnect()
  }
}

async function settings(url: string): Promise<Record<string, string>> {
  return ask(url, async client => {
    const all: Record<string, string> = {}
    for (const name of ['appendonly', 'appendfsync', 'maxmemory-policy', 'save', 'port']) {
      const answer = await client.config('GET', name)
      all[name] = String((answer as string[])[1])
    }
    return all
  })
}

async function libraries(): Promise<string> {
  const folder = join(tools, 'redis/usr/lib')
  // apt fetches only those that the machine does not have
  const [name] = (await readdir(folder).catch(() => [])).filter(name => name.includes('linux-gnu'))
  return `LD_LIBRARY_PATH='${join(folder, name ?? '')}'`
}

function launcher(body: string): string {
  return `#!/bin/sh\n${body}\n`
}
