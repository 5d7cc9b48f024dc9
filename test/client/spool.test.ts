import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect } from 'vitest'
import { openAlmagest } from '@almagest/client'
import { openSpool, type Told } from '@almagest/client/node'
import { ExecutedObsUnit, RawDataFile, sql } from '@almagest/schema'
import { canMount, mountOver } from '../jobs/stores/disk.ts'
import { fault, filesIn, listen, test } from './fixtures.ts'

const NOWHERE = 'http://127.0.0.1:9'

const entries = async (folder: string): Promise<string[]> => (await readdir(folder)).filter(name => name.endsWith('.json')).sort()

describe('the spool', () => {
  test('UC-1.5 keeps what is filed while the data centre is away, and sends it in order when it is back', async ({
    startGraph,
    observation,
    em,
    root,
  }) => {
    const folder = join(root, 'spool')
    const keys = Array.from({ length: 20 }, (_, index) => `away-${root}-${index}`)
    const away = listen()
    {
      await using spool = await openSpool({ folder, almagest: openAlmagest({ url: NOWHERE }), told: away.told })
      for (const key of keys) await spool.file({ ...observation, key }, filesIn(`spool/${key.split('-').at(-1)}`, 2))
      await expect.poll(() => away.held.length).toBeGreaterThan(0)
      expect(await spool.state()).toMatchObject({ waiting: 20, refused: 0, newer: 0, sender: { pid: process.pid } })
    }
    expect(away.held[0]).toMatch(/cannot be reached/)
    expect(await entries(folder)).toHaveLength(20)

    const { url } = await startGraph()
    const here = listen()
    await using spool = await openSpool({ folder, almagest: openAlmagest({ url }), told: here.told })
    expect(await spool.drained()).toBe(true)

    expect(here.filed.toSorted()).toEqual(keys.toSorted())
    expect(await spool.state()).toMatchObject({ waiting: 0, bytes: 0 })
    const order = await sql<{ filing_key: string }>(
      em,
      `/* test: order */ select filing_key from observation.executed_obs_unit where filing_key like 'away-%' order by filed_at, id`,
    )
    expect(order).toHaveLength(20)
    expect(await em.count(RawDataFile, { path: { $like: 'spool/%' } })).toBe(40)
  })

  test('UC-1.2 has no effect twice when a filing is sent again, as after a cut before its answer', async ({
    startGraph,
    observation,
    em,
    root,
  }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    const kept = join(root, 'kept.json')
    let executionId: string | null
    {
      await using spool = await openSpool({ folder, almagest: null })
      executionId = (await spool.file(observation, filesIn('again', 3))).executionId
      const [name = ''] = await entries(folder)
      await copyFile(join(folder, name), kept)
    }
    const added: number[] = []
    const told: Told = { onFiled: ({ filesAdded }) => added.push(filesAdded) }
    await using spool = await openSpool({ folder, almagest: openAlmagest({ url }), told })
    await spool.drained()
    await copyFile(kept, join(folder, '000000000009-019a0000-0000-7000-8000-000000000000.json'))
    await expect.poll(() => added).toEqual([3, 0])

    expect(await em.count(ExecutedObsUnit, { id: executionId ?? '' })).toBe(1)
    expect(await em.count(RawDataFile, { executionId: executionId ?? '' })).toBe(3)
  })

  test('leaves alone what a newer client wrote, and sets aside what no client wrote', async ({ startGraph, observation, root }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    await mkdir(folder)
    const name = (number: number): string => `00000000000${number}-019a0000-0000-7000-8000-000000000000.json`
    const newer = '{"almagest":"filing","version":2,"words":"of another time"}\nwhatever\n'
    await writeFile(join(folder, name(1)), newer)
    await writeFile(join(folder, name(2)), Buffer.from([0, 255, 1, 254]))
    await writeFile(join(folder, name(3)), '{"almagest":"filing","version":1,"filedAt":"","sha256":"0"}\n{"key":"x"}\n')
    const heard = listen()
    await using spool = await openSpool({ folder, almagest: openAlmagest({ url }), told: heard.told })
    await spool.file({ ...observation, key: `n-${root}` }, filesIn('beside-newer', 1))
    await spool.drained()

    expect(heard.held).toEqual([
      `the filing ${name(1)} was written by a newer client (version 2, this one knows 1): it is left alone for that`,
    ])
    expect(heard.refused).toEqual([
      'DAMAGED the filing is damaged: it does not begin as a filing of Almagest does',
      'DAMAGED the filing is damaged: its bytes are not those that were written',
    ])
    expect(heard.filed).toEqual([`n-${root}`])
    expect(await readFile(join(folder, name(1)), 'utf8')).toBe(newer)
    expect(await spool.state()).toMatchObject({ waiting: 0, newer: 1, refused: 2 })
  })

  test('refuses what is more than it may hold, and keeps all that it has', async ({ observation, root }) => {
    const folder = join(root, 'spool')
    await using few = await openSpool({ folder, almagest: null, maxFilings: 3 })
    await using small = await openSpool({ folder, almagest: null, maxBytes: 2_500 })
    await few.file(observation, filesIn('a', 1))
    await few.file(observation, filesIn('b', 1))
    const large = await fault(small.file(observation, filesIn('c', 60)))
    await few.file(observation, filesIn('d', 1))
    const fourth = await fault(few.file(observation, filesIn('e', 1)))

    expect(large).toMatchObject({
      code: 'SPOOL_FULL',
      message: expect.stringMatching(/2 filings of \d+ bytes wait there.*nothing was filed/) as string,
    })
    expect(fourth).toMatchObject({ code: 'SPOOL_FULL', message: expect.stringContaining('it may have 3 of') as string })
    expect(await entries(folder)).toHaveLength(3)
    expect(await readdir(join(folder, 'writing'))).toEqual([])
    expect(await few.state()).toMatchObject({ waiting: 3, maxFilings: 3 })
  })

  test.skipIf(!canMount)('UC-8.4 says that its disk is full, and has nothing half', async ({ observation, root }) => {
    const folder = join(root, 'spool')
    await mkdir(folder)
    await using _mount = await mountOver(folder, ['-t', 'tmpfs', '-o', 'size=64k', 'none'])
    await using spool = await openSpool({ folder, almagest: null })
    await spool.file({ ...observation, key: 'fits' }, filesIn('a', 2))
    const full = await fault(spool.file({ ...observation, key: 'too large' }, filesIn('b', 3_000)))

    expect(full).toMatchObject({
      name: 'Outage',
      message: `the disk of the spool ${folder} is full: nothing was filed; make room, and file again`,
    })
    expect(await entries(folder)).toHaveLength(1)
    expect(await readdir(join(folder, 'writing'))).toEqual([])
    await spool.file({ ...observation, key: 'fits too' }, filesIn('c', 2))
    expect(await spool.state()).toMatchObject({ waiting: 2 })
  })

  test.skipIf(!canMount)('UC-8.4 sends what waits on a disk that has no room left', async ({ startGraph, observation, root }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    await mkdir(folder)
    await using _mount = await mountOver(folder, ['-t', 'tmpfs', '-o', 'size=64k', 'none'])
    {
      await using spool = await openSpool({ folder, almagest: null })
      for (const name of ['a', 'b']) await spool.file({ ...observation, key: `${name}-${root}` }, filesIn(`no-room/${name}`, 2))
    }
    const fill = await fault(writeFile(join(folder, 'other'), Buffer.alloc(65_536)))
    expect(fill).toMatchObject({ code: 'ENOSPC' })
    const heard = listen()
    await using spool = await openSpool({ folder, almagest: openAlmagest({ url }), told: heard.told })
    await spool.drained()

    expect(heard.filed.toSorted()).toEqual([`a-${root}`, `b-${root}`])
    expect(await entries(folder)).toEqual([])
  })

  test('is sent by one process at a time, and the next goes on where that ended', async ({ startGraph, observation, root }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    const almagest = openAlmagest({ url })
    const second = listen()
    const first = await openSpool({ folder, almagest: openAlmagest({ url: NOWHERE }) })
    await first.file({ ...observation, key: `one-${root}` }, filesIn('one', 1))
    await using other = await openSpool({ folder, almagest, told: second.told })
    await other.file({ ...observation, key: `two-${root}` }, filesIn('two', 1))
    const why = `the spool ${folder} is being sent by another process: ${process.pid} on ${hostname()}`
    await expect.poll(() => second.held).toContain(why)
    expect(second.filed).toEqual([])
    await first[Symbol.asyncDispose]()
    await other.drained()

    expect(second.filed.toSorted()).toEqual([`one-${root}`, `two-${root}`])
  })

  test('takes a lock over from a process that is gone, and clears what such left half written long ago', async ({
    startGraph,
    observation,
    root,
  }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    await mkdir(folder)
    const gone = { token: 'x', pid: 999_999, host: hostname(), born: '1', beat: 4 }
    await writeFile(join(folder, 'sender.lock'), JSON.stringify(gone))
    await mkdir(join(folder, 'writing'))
    for (const name of ['left', 'new']) await writeFile(join(folder, 'writing', name), 'half a filing')
    await utimes(join(folder, 'writing/left'), 1, 1)
    await using spool = await openSpool({ folder, almagest: openAlmagest({ url }) })
    await spool.file(observation, filesIn('taken-over', 1))

    expect(await spool.drained()).toBe(true)
    expect(await readdir(join(folder, 'writing'))).toEqual(['new'])
  })

  test('takes a lock over from a process that ended and that its parent does not collect, as in a container', async ({
    startGraph,
    observation,
    root,
  }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 300'], { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      const [pid] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string]
      const stat = async (): Promise<string[]> => (await readFile(`/proc/${pid.trim()}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ')
      // The shell would collect it: it ends when another program is in the place of that.
      await expect.poll(() => readFile(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n')
      parent.stdin.end()
      await expect.poll(async () => (await stat())[0]).toBe('Z')
      await mkdir(folder)
      const ended = { token: 'x', pid: Number(pid), host: hostname(), born: (await stat())[19], beat: 4 }
      await writeFile(join(folder, 'sender.lock'), JSON.stringify(ended))
      const heard = listen()
      await using spool = await openSpool({ folder, almagest: openAlmagest({ url }), told: heard.told })
      expect((await spool.state()).sender?.pid).not.toBe(Number(pid))
      await spool.file({ ...observation, key: `z-${root}` }, filesIn('uncollected', 1))
      await spool.drained()

      expect(heard).toMatchObject({ filed: [`z-${root}`], held: [] })
    } finally {
      parent.kill('SIGKILL')
    }
  })

  test('sends past a filing that cannot be read, and says which', async ({ startGraph, observation, root }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    const name = '000000000001-019a0000-0000-7000-8000-000000000000.json'
    await mkdir(join(folder, name), { recursive: true })
    const heard = listen()
    await using spool = await openSpool({ folder, almagest: openAlmagest({ url }), told: heard.told })
    await spool.file({ ...observation, key: `u-${root}` }, filesIn('beside-unreadable', 1))

    await expect.poll(() => heard.filed).toEqual([`u-${root}`])
    expect(heard.held).toContain(`the filing ${name} cannot be read: EISDIR`)
    expect(await spool.state()).toMatchObject({ waiting: 1, refused: 0 })
  })

  test('loses nothing to a token that expired: it goes on with the next one', async ({ startGraph, observation, root }) => {
    const { url } = await startGraph()
    let isGood = false
    const guard = createServer(async (request, response) => {
      if (!isGood || request.headers.authorization !== 'Bearer good') return void response.writeHead(401).end()
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url}${request.url}`, { method: 'POST', headers, body: await text(request) })
      response.writeHead(answer.status, headers).end(await answer.text())
    })
    await once(guard.listen(0, '127.0.0.1'), 'listening')
    const heard = listen()
    const almagest = openAlmagest({
      url: `http://127.0.0.1:${(guard.address() as AddressInfo).port}`,
      token: () => (isGood ? 'good' : 'old'),
    })
    {
      await using spool = await openSpool({ folder: join(root, 'spool'), almagest, told: heard.told })
      await spool.file({ ...observation, key: `t-${root}` }, filesIn('token', 1))
      await expect.poll(() => heard.held[0]).toMatch(/does not accept the token, or it expired/)
      expect(await spool.state()).toMatchObject({ waiting: 1, refused: 0 })
      isGood = true
      await spool.drained()
    }
    guard.close()
    expect(heard).toMatchObject({ filed: [`t-${root}`], refused: [] })
  })

  test('UC-1.5 loses and doubles nothing when its process is killed, again and again', async ({ startGraph, topology, em, root }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    const args = [join(import.meta.dirname, 'filer.ts'), folder, url, topology.obsUnit.id, topology.instrument.name]
    let next = 0
    for (const lines of [1, 7, 20, 3, Infinity]) {
      const child = spawn(process.execPath, [...args, String(next), '40'], { stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(child, 'exit')
      let said = 0
      for await (const line of createInterface(child.stdout)) {
        const [, number] = /^FILED (\d+)$/.exec(line) ?? []
        if (number !== undefined) next = Number(number) + 1
        if (++said >= lines) child.kill('SIGKILL')
      }
      await ended
    }

    const [row] = await sql<{ executions: string; files: string }>(
      em,
      `/* test: killed */ select count(distinct e.id) as executions, count(f.id) as files
       from observation.executed_obs_unit e join data_package.raw_data_file f on f.execution_id = e.id where e.filing_key like 'killed-%'`,
    )
    expect(row).toEqual({ executions: String(next), files: String(next) })
    expect(await entries(folder)).toEqual([])
  })
})
