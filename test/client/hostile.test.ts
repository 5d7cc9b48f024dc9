import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { openAlmagest } from '@almagest/client'
import { openSpool } from '@almagest/client/node'
import { RawDataFile } from '@almagest/schema'
import { execute } from '../gateway/run.ts'
import { canMount, mountOver } from '../jobs/stores/disk.ts'
import type { Topology } from '../make.ts'
import { objects, runHere, start, test } from './command.ts'

const MAIN = join(import.meta.dirname, '../../client/cli/almagest.mjs')

const flagsOf = ({ instrument, obsUnit, program }: Topology): string[] =>
  Object.entries({
    instrument: instrument.name,
    module: 'm1',
    'obs-unit': `${program.code}/${obsUnit.name}`,
    start: '2026-11-21T03:00:00Z',
    end: '2026-11-21T03:01:00Z',
  }).flatMap(([flag, value]) => [`--${flag}`, value])

async function write(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of names) await writeFile(join(folder, name), `bytes of ${name}`)
}

describe('almagest, of a hurried user', () => {
  test('sends all that it can past a filing of a newer client, and says by its status that one is left', async ({
    run,
    env,
    topology,
    root,
  }) => {
    const spool = env.ALMAGEST_SPOOL ?? ''
    for (const n of [1, 2, 3]) {
      await write(join(root, `night-${n}/newer`), [`${n}.dat`])
      await run('file', join(root, `night-${n}`), ...flagsOf(topology), '--key', `newer-${n}-${root}`, '--no-send')
    }
    const newer = '000000000000-019a0000-0000-7000-8000-000000000000.json'
    await writeFile(join(spool, newer), '{"almagest":"filing","version":2}\n{}\n')

    expect(await run('spool', 'send')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/was written by a newer client(.|\n)*3 filings sent, 3 files new/) as string,
    })
    expect(objects(await run('spool', '--json'))).toMatchObject([{ waiting: 0, newer: 1 }])
  })

  test('remembers the plans of one data centre, up to 10,000, and does not stumble over what a power cut tore', async ({
    run,
    env,
    topology,
    root,
  }) => {
    await write(join(root, 'torn/torn'), ['1.dat'])
    await mkdir(env.ALMAGEST_SPOOL ?? '')
    await writeFile(join(env.ALMAGEST_SPOOL ?? '', 'planned.json'), '')
    const flags = flagsOf(topology)

    expect(await run('file', join(root, 'torn'), ...flags)).toMatchObject({ status: 0 })
    const [name = '', ...others] = (await readdir(env.ALMAGEST_SPOOL ?? '')).filter(name => name.startsWith('planned'))
    expect([name, others]).toEqual([expect.stringMatching(/^planned-[0-9a-f]{12}\.json$/), []])
    const remembered = join(env.ALMAGEST_SPOOL ?? '', name)
    expect(JSON.parse(await readFile(remembered, 'utf8'))).toMatchObject([[expect.any(String), { id: topology.obsUnit.id }]])
    const away = { ...env, ALMAGEST_URL: 'http://127.0.0.1:9' }
    expect(await runHere(['file', join(root, 'torn'), ...flags, '--dry-run'], away)).toMatchObject({
      status: 3,
      err: expect.stringContaining('is not known here yet, and the data centre is away') as string,
    })
    await writeFile(remembered, JSON.stringify(Array.from({ length: 10_001 }, (_, index) => [`plan ${index}`, { id: '' }])))
    expect(await run('file', join(root, 'torn'), ...flags)).toMatchObject({ status: 0 })
    const kept = JSON.parse(await readFile(remembered, 'utf8')) as [string, { id: string }][]
    expect(kept).toHaveLength(10_000)
    expect(kept.at(-1)).toMatchObject([expect.any(String), { id: topology.obsUnit.id }])
  })

  test('ends with a sentence where a folder cannot be made', async ({ env }) => {
    expect(await runHere(['spool'], { ...env, ALMAGEST_SPOOL: '/proc/spool/here' })).toEqual({
      status: 1,
      out: '',
      err: 'almagest: the spool /proc/spool/here cannot be made: ENOENT\n',
    })
  })

  test.skipIf(!canMount)('says that the disk of its spool is full, by status 3', async ({ run, env, topology, root }) => {
    const spool = env.ALMAGEST_SPOOL ?? ''
    await write(join(root, 'full'), ['1.dat'])
    await mkdir(spool)
    await using _mount = await mountOver(spool, ['-t', 'tmpfs', '-o', 'size=64k', 'none'])
    await writeFile(join(spool, 'other'), Buffer.alloc(65_536)).catch(() => {})

    expect(await run('file', join(root, 'full'), ...flagsOf(topology))).toMatchObject({
      status: 3,
      err: `almagest: the disk of the spool ${spool} is full: nothing was filed; make room, and file again\n`,
    })
  })

  test('leaves out one name of two that are the same to the data centre, and files the rest', async ({ run, topology, root }) => {
    await write(join(root, 'names/names'), ['e\u0301.dat', '\u00e9.dat', 'f.dat'])
    const ran = await run('file', join(root, 'names'), ...flagsOf(topology), '--key', `names-${root}`)

    expect(ran).toMatchObject({
      status: 1,
      err: expect.stringMatching(/names\/\u00e9\.dat: its name is that of another beside it(.|\n)*1 filings sent, 2 files new/) as string,
    })
  })

  test('has what it filed sent by the process that sends already', async ({ run, env, url, topology, root, em }) => {
    await write(join(root, 'beside/beside'), ['1.dat'])
    await using other = await openSpool({ folder: env.ALMAGEST_SPOOL ?? '', almagest: openAlmagest({ url }) })
    await expect.poll(async () => (await other.state()).sender).not.toBeNull()

    expect(await run('file', join(root, 'beside'), ...flagsOf(topology), '--key', `beside-${root}`)).toMatchObject({
      status: 0,
      err: expect.stringMatching(/^the spool .* is being sent by another process: .*\n$/) as string,
    })
    expect(await em.count(RawDataFile, { path: 'beside/1.dat' })).toBe(1)
  })

  test('does what was asked to its end though nobody reads on, and says so when its answer cannot be written', async ({
    env,
    topology,
    root,
    em,
  }) => {
    await write(join(root, 'pipe/pipe'), ['1.dat'])
    const command = `"${process.execPath}" "${MAIN}"`
    const shell = (line: string): Promise<{ stdout: string }> =>
      execute(['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), 'bash', '-c', line])
    const filing = ['file', join(root, 'pipe'), ...flagsOf(topology), '--key', `pipe-${root}`].map(word => `'${word}'`).join(' ')
    const piped = await shell(`${command} ${filing} 2>&1 | true; echo \${PIPESTATUS[0]}`)
    const full = await shell(`${command} sites >/dev/full; echo $?`)

    expect(piped.stdout).toBe('0\n')
    expect(await em.count(RawDataFile, { path: 'pipe/1.dat' })).toBe(1)
    expect(full.stdout).toBe('3\n')
  })

  test('refuses words that a command does not take, a lease that is no number, and a token that cannot be sent', async ({ run, env }) => {
    const id = '019a0000-0000-7000-8000-000000000000'
    expect(await run('sites', 'chile')).toMatchObject({ status: 2, err: 'almagest: usage: sites takes no arguments, and not chile\n' })
    expect(await run('stage', id, '--location', 'x', '--lease', 'a week')).toMatchObject({
      status: 2,
      err: 'almagest: usage: --lease must be a whole number of seconds, not a week\n',
    })
    expect(await run('file', join(env.ALMAGEST_SPOOL ?? '', '..'))).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^almagest: the spool .* is in .*, and would be filed with it: give another with --spool\n$/) as string,
    })
    expect(await run('--url', 'x', 'sites')).toMatchObject({
      status: 2,
      err: 'almagest: the command comes before its options, and --url is none (almagest --help lists them)\n',
    })
    expect(await runHere(['sites'], { ...env, ALMAGEST_TOKEN: 'gülden' })).toMatchObject({
      status: 1,
      err: 'almagest: token: must be printable ASCII without spaces\n',
    })
  })

  test('goes on watching when a folder goes away, and files what was left out when it is mended', async ({ env, topology, em, root }) => {
    const folder = join(root, 'watched')
    await write(join(folder, 'w/gone'), ['1.dat'])
    const { instrument, obsUnit } = topology
    const watching = start(
      ['file', folder, '--fits', '--instrument', instrument.name, '--module', 'm1', '--obs-unit', obsUnit.id, '--watch', '--settle', '0.2'],
      env,
    )
    const filed = (): Promise<number> => em.fork().count(RawDataFile, { path: { $like: 'w/%' } })
    try {
      await expect.poll(watching.err).toContain('left out: w/gone/1.dat: is no FITS file')
      await writeFile(join(folder, 'w/gone/1.dat'), header({ 'DATE-BEG': '2026-11-21T03:00:00', 'DATE-END': '2026-11-21T03:01:00' }))
      await expect.poll(filed).toBe(1)
      await rm(join(folder, 'w/gone'), { recursive: true })
      await writeFile(join(folder, 'w/2.dat'), header({ 'DATE-BEG': '2026-11-21T04:00:00', 'DATE-END': '2026-11-21T04:01:00' }))
      await expect.poll(filed).toBe(2)
    } finally {
      watching.child.kill('SIGINT')
    }
    expect(await watching.ended).toMatchObject({ status: 1 })
  })
})

/** A FITS file of a header alone. */
function header(values: Readonly<Record<string, string>>): string {
  const cards = ['SIMPLE  =                    T', ...Object.entries(values).map(([name, value]) => `${name.padEnd(8)}= '${value}'`), 'END']
  return cards
    .map(card => card.padEnd(80))
    .join('')
    .padEnd(2_880)
}
