import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, expect } from 'vitest'
import { openTransports } from '@almagest/jobs'
import { pathAt } from '../attempt.ts'
import { test } from '../bench.ts'
import { bytesOf, consign, PART } from './consigned.ts'
import { findRsync } from './installed.ts'
import { transportContract } from './transport-contract.ts'

const { command: rsync, why } = await findRsync()

if (rsync === null) test.skip(`rsync is not tested here: ${why}`, () => undefined)
else {
  transportContract('rsync', {
    open: async () => ({ transport: openTransports({ rsync }).RSYNC, ready: consignment => consignment, async [Symbol.asyncDispose]() {} }),
    resumes: false,
  })
}

/** A program that writes down what it was called with, and copies its last but one argument to its last as bbcp would. */
async function recording(folder: string, { status = 0, first = '' } = {}): Promise<{ command: string; calls(): Promise<string[]> }> {
  await mkdir(folder, { recursive: true })
  const command = join(folder, 'bbcp')
  const script = `#!/bin/sh
printf '%s\\n' "$@" > "${folder}/calls"
${first}
for last; do before="$source"; source="$last"; done
if [ ${status} -ne 0 ]; then echo "bbcp: no route" >&2; exit ${status}; fi
case "$before" in *:*) before="\${before#*:}" ;; esac
cat "$before" > "$last"
`
  await writeFile(command, script)
  await chmod(command, 0o755)
  return { command, calls: async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n') }
}

/** Whether a process is there and no zombie. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat !== null && !/\) [ZX] /.test(stat)
}

describe('a site’s own tool', () => {
  test('is called as the route says, with no shell in between, and what it brought is read again', async ({
    em,
    world,
    topology,
    root,
  }) => {
    const { command, calls } = await recording(join(root, 'tools'))
    const bytes = bytesOf(2 * PART)
    const sent = await consign(world, em, { topology, bytes })
    const route = { ...sent.route, sshHost: 'dtn.chile.example', streams: 3, rateBytesS: 10_240_000 }

    expect(await openTransports({ bbcp: command }).BBCP.send({ ...sent, route })).toEqual(sent.expected)

    const origin = pathAt(topology.locations.chileBuffer, sent.path)
    const [target, ...rest] = (await calls()).toReversed()
    expect(rest.toReversed()).toEqual(['--force', '--streams', '3', '--xfrate', '10000k', `dtn.chile.example:${origin}`])
    expect(target).toMatch(/\/\.inflight\/[^/]+\.part$/)
    expect((await readFile(pathAt(topology.locations.cologneBuffer, sent.path))).equals(bytes)).toBe(true)
  })

  test('that fails is an outage that says what it means', async ({ em, world, topology, root }) => {
    const sent = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const { command } = await recording(join(root, 'tools'), { status: 12 })
    const { BBCP, RSYNC } = openTransports({ bbcp: command, rsync: command })
    await expect(BBCP.send(sent)).rejects.toMatchObject({ name: 'Outage', message: expect.stringContaining('status 12') as string })
    await expect(RSYNC.send(sent)).rejects.toMatchObject({
      name: 'Outage',
      message: expect.stringContaining('there is no rsync at the other end') as string,
      cause: new Error('bbcp: no route'),
    })
    expect(await sent.to.stat(sent.path)).toBeNull()
  })

  test('that leaves something in the background is not waited for longer than it runs itself', async ({ em, world, topology, root }) => {
    const sent = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const { command } = await recording(join(root, 'tools'), { first: 'sleep 300 & echo $! > "$0.left"' })
    expect(await openTransports({ bbcp: command }).BBCP.send(sent)).toEqual(sent.expected)
    process.kill(Number(await readFile(`${command}.left`, 'utf8')))
  })

  test('ends with all that it started when it is told to', async ({ em, world, topology, root }) => {
    const sent = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const { command } = await recording(join(root, 'tools'), { first: `sh -c 'trap "" TERM; echo $$ > "$0.child"; exec sleep 300' "$0"` })
    const stop = new AbortController()
    const sending = openTransports({ bbcp: command }).BBCP.send({ ...sent, signal: stop.signal })
    const child = async () => Number(await readFile(`${command}.child`, 'utf8').catch(() => '0'))
    await expect.poll(child, { interval: 20 }).toBeGreaterThan(0)
    const pid = await child()

    stop.abort(new Error('stop'))

    await expect(sending).rejects.toThrow('stop')
    await expect.poll(() => isRunning(pid), { interval: 20 }).toBe(false)
  })

  test.runIf(rsync !== null)('goes by ssh when the route names a host', async ({ em, world, topology, root }) => {
    const folder = join(root, 'ssh')
    await mkdir(folder)
    await writeFile(
      join(folder, 'ssh'),
      `#!/bin/sh\nprintf '%s\\n' "$@" > "${folder}/calls"\nwhile [ "$1" != dtn ]; do shift; done; shift\nexec sh -c "$*"\n`,
    )
    await chmod(join(folder, 'ssh'), 0o755)
    const path = process.env.PATH
    process.env.PATH = [folder, join(rsync ?? '', '..'), path].join(delimiter)
    try {
      const bytes = bytesOf(3 * PART + 1)
      const sent = await consign(world, em, { topology, bytes })
      const called = openTransports({ rsync: rsync ?? '' }).RSYNC.send({ ...sent, route: { ...sent.route, sshHost: 'dtn' } })
      expect(await called).toEqual(sent.expected)
      expect((await readFile(join(folder, 'calls'), 'utf8')).split('\n').slice(0, 6)).toEqual([
        '-o',
        'BatchMode=yes',
        '-o',
        'ConnectTimeout=30',
        'dtn',
        'rsync',
      ])
    } finally {
      process.env.PATH = path
    }
  })
})
