import { hash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { digestOfFile } from '@almagest/client/node'
import { fitsTimestream } from '@almagest/gateway/local'
import { ExecutedObsUnit, RawDataFile } from '@almagest/schema'
import { ROOT } from '../checks.ts'
import { execute } from '../gateway/run.ts'
import type { Topology } from '../make.ts'
import { makePackages } from '../subgraphs/rows.ts'
import { flagsOf, objects, runHere, start, test, type Ran } from './command.ts'

/** Files in a folder, of a few bytes each. */
async function write(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of names) await writeFile(join(folder, name), `bytes of ${name}`)
}

/** A FITS file with one sample, pointing somewhere. */
function fits(
  { instrument }: Topology,
  { obsId, object, raDeg = 83.8, at = 0 }: { obsId: string; object: string; raDeg?: number; at?: number },
): Buffer {
  return fitsTimestream(
    {
      telescope: 'a telescope',
      instrument: instrument.name.toUpperCase(),
      module: 'M1',
      obsId,
      object,
      raDeg,
      decDeg: -5.4,
      startedAt: new Date(Date.UTC(2026, 10, 21, 3, 0, at)),
      endedAt: new Date(Date.UTC(2026, 10, 21, 3, 1, at)),
      standsAtM: [0, 0, 0],
    },
    { timeS: new Float64Array(1), azDeg: new Float64Array(1), elDeg: new Float64Array(1), detectors: [] },
  )
}

describe('almagest', () => {
  test('helps, and says what is wrong with a command line by status 2', async ({ root }) => {
    const ran = async (...args: string[]): Promise<Ran> => runHere(args, { ALMAGEST_SPOOL: join(root, 'spool') })
    const help = await ran('--help')
    const names = [...help.out.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name)

    expect(help.status).toBe(0)
    expect(names).toHaveLength(14)
    for (const name of names)
      expect(await ran(name, '--help')).toMatchObject({ status: 0, out: expect.stringMatching(new RegExp(`^almagest ${name}`)) as string })
    expect(await ran()).toMatchObject({ status: 2 })
    const { version } = JSON.parse(await readFile(join(ROOT, 'client/package.json'), 'utf8')) as { version: string }
    const graph = hash('sha256', await readFile(join(ROOT, 'schema/supergraph.graphql'), 'utf8')).slice(0, 12)
    expect(await ran('--version')).toMatchObject({ status: 0, out: `almagest ${version} (graph ${graph})\n` })
    expect(help.out).toContain(graph)
    expect(await ran('observe')).toMatchObject({ status: 2, err: 'almagest: there is no command "observe" (almagest --help lists them)\n' })
    expect(await ran('ls', '--colour')).toMatchObject({ status: 2, err: expect.stringContaining("Unknown option '--colour'") as string })
    expect(await ran('ls', '--cone', '1,2')).toMatchObject({
      status: 2,
      err: expect.stringContaining('RA,DEC,RADIUS in degrees') as string,
    })
    for (const shell of ['bash', 'zsh', 'fish'])
      expect(await ran('completion', shell)).toMatchObject({ status: 0, out: expect.stringMatching(/locate/) as string })
  })

  test('completes in bash: commands, flags, words, and names of files with blanks', async ({ root }) => {
    const { out } = await start(['completion', 'bash']).ended
    const script = join(root, 'completion.bash')
    await write(join(root, 'here'), ['a night.yaml'])
    const complete = (...words: string[]): string =>
      `COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}; _almagest; printf '[%s]' "\${COMPREPLY[@]}"; echo`
    await writeFile(
      script,
      [
        'set -u',
        out,
        `cd ${join(root, 'here')}`,
        complete('almagest', 'lo'),
        complete('almagest', 'stage', '--lea'),
        complete('almagest', 'admin', 'app'),
        complete('almagest', 'file', 'a'),
      ].join('\n'),
    )

    expect((await execute(['bash', script])).stdout).toBe('[locate]\n[--lease]\n[apply]\n[a night.yaml]\n')
  })

  test('UC-1.1 UC-1.2 files a folder by flags, and again without effect', async ({ run, topology, em, root }) => {
    const folder = join(root, 'night')
    await write(join(folder, 'a'), ['1.fits', '2.fits', '.hidden'])
    await symlink('/etc/hostname', join(folder, 'link'))
    await write(folder, ['evil\u200b.fits'])
    const first = await run('file', folder, ...flagsOf(topology), '--digest', '--json')
    const again = await run('file', folder, ...flagsOf(topology), '--digest')

    expect(objects(first)).toEqual([
      { leftOut: { path: 'evil\u200b.fits', why: 'its name has an invisible character' } },
      { leftOut: { path: 'link', why: 'it is a link' } },
      expect.objectContaining({ files: 2, executionId: expect.any(String) as string }),
    ])
    expect(first).toMatchObject({ status: 1, err: expect.stringContaining('1 filings sent, 2 files new to the data centre') as string })
    expect(again).toMatchObject({ status: 1, err: expect.stringContaining('1 filings sent, 0 files new') as string })
    const files = await em.find(RawDataFile, { path: { $like: 'a/%' } }, { orderBy: { path: 'asc' } })
    expect(files.map(({ path, filedDigest }) => [path, filedDigest])).toEqual([
      ['a/1.fits', await digestOfFile(join(folder, 'a/1.fits'))],
      ['a/2.fits', await digestOfFile(join(folder, 'a/2.fits'))],
    ])
    expect(await em.count(ExecutedObsUnit, { id: files[0]?.executionId ?? '' })).toBe(1)
  })

  test('UC-1.5 keeps what is filed while nobody answers, and sends it later', async ({ run, env, topology, root }) => {
    const folder = join(root, 'away')
    await write(join(folder, 'away'), ['1.fits'])
    const away = await runHere(['file', folder, ...flagsOf(topology)], { ...env, ALMAGEST_URL: 'http://127.0.0.1:9' })
    const shown = await run('spool', '--json')
    const sent = await run('spool', 'send')

    expect(away).toMatchObject({
      status: 3,
      err: expect.stringMatching(/cannot be reached(.|\n)*1 filings wait in .*almagest spool send sends them/) as string,
    })
    expect(objects(shown)).toMatchObject([{ waiting: 1, refused: [], newer: 0 }])
    expect(sent).toMatchObject({ status: 0, err: expect.stringContaining('1 filings sent, 1 files new') as string })
    expect((await run('ls', 'away/')).out).toMatch(/^path +size +state.*\naway\/1\.fits +15 B +not packaged/)
  })

  test('says so when the clock of its machine is an hour off, or its token expired, and keeps what is filed', async ({
    topology,
    root,
  }) => {
    const server = createServer((_, response) => {
      response.sendDate = false
      response.writeHead(401, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const env = {
      ALMAGEST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ALMAGEST_SPOOL: join(root, 'spool'),
      ALMAGEST_TOKEN: 'old',
    }
    await write(join(root, 'clock'), ['1.fits'])
    const filed = await runHere(['file', join(root, 'clock'), ...flagsOf(topology)], env)
    server.close()

    expect(filed).toMatchObject({ status: 3, out: expect.stringMatching(/^filed 1 files as /) as string })
    expect(filed.err).toContain('the data centre does not accept the token, or it expired: get another one, and ask again')
    expect(filed.err).toContain('1 filings wait in')
    expect(filed.err).toMatch(
      /the clock of this machine is (59|60) minutes ahead of that of the data centre: times that were taken from it are wrong/,
    )
  })

  test('takes an observation from a metadata file, and refuses what contradicts a flag', async ({ run, topology, root, em }) => {
    const folder = join(root, 'meta')
    await write(join(folder, 'meta'), ['1.dat'])
    const file = join(root, 'night.yaml')
    const { program, obsUnit, instrument } = topology
    await writeFile(
      file,
      `instrument: ${instrument.name}\nmodule: m1\nobsUnit: ${program.code}/${obsUnit.name}\nstartedAt: 2026-11-21T03:00:00Z\nendedAt: 2026-11-21T03:01:00Z\nkey: meta-${root}\nconditions: { pwvMm: 0.6 }\n`,
    )
    expect(await run('file', folder, '--metadata', file, '--module', 'm2')).toMatchObject({
      status: 1,
      err: `almagest: module is m2 by the flags, and m1 by ${file}: nothing of it was filed\n`,
    })
    expect(await run('file', folder, '--metadata', file)).toMatchObject({ status: 0 })
    expect(await em.findOneOrFail(ExecutedObsUnit, { filingKey: `meta-${root}` })).toMatchObject({
      conditions: { pwvMm: 0.6 },
      obsUnitId: obsUnit.id,
    })
    await writeFile(file, 'telescope: x\n')
    expect((await run('file', folder, '--metadata', file)).err).toMatch(/telescope is none of instrument, module/)
    await writeFile(file, 'a: [1\n')
    expect((await run('file', folder, '--metadata', file)).err).toMatch(/is no YAML or JSON/)
    expect(await run('file', folder)).toMatchObject({ status: 2, err: expect.stringContaining('--instrument is missing') as string })
  })

  test('files executions by FITS headers, and leaves out what is no FITS file or contradicts', async ({ run, topology, em, root }) => {
    const folder = join(root, 'fits')
    await mkdir(folder)
    const [source] = await em
      .getConnection()
      .execute<{ name: string }[]>(
        `select s.name from observation.source s join observation.obs_unit u on u.source_id = s.id where u.id = '${topology.obsUnit.id}'`,
      )
    const object = source?.name ?? ''
    await writeFile(join(folder, '1.fits'), fits(topology, { obsId: 'one', object }))
    await writeFile(join(folder, '2.fits'), fits(topology, { obsId: 'one', object, at: 30 }))
    await writeFile(join(folder, '3.fits'), fits(topology, { obsId: 'two', object, at: 120 }))
    await writeFile(join(folder, '4.fits'), fits(topology, { obsId: 'three', object: 'Nothing' }))
    await writeFile(join(folder, '5.fits'), fits(topology, { obsId: 'four', object, raDeg: 183.8 }))
    await writeFile(join(folder, '6.fits'), Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 256)))
    await writeFile(join(folder, '7.fits'), fits(topology, { obsId: 'five', object }))
    await truncate(join(folder, '7.fits'), 1_000)
    const ran = await run('file', folder, '--fits', '--json')
    const contradicting = await run('file', folder, '--fits', '--target', 'Another', '--json')

    expect(objects(ran)).toEqual([
      { leftOut: { path: '6.fits', why: 'is no FITS file: it does not begin with SIMPLE = T' } },
      { leftOut: { path: '7.fits', why: 'is cut: its header ends in byte 1000, without END' } },
      { leftOut: { path: '4.fits', why: expect.stringContaining('there is no such plan: the observation of Nothing') as string } },
      { leftOut: { path: '5.fits', why: expect.stringMatching(/its header points 9\d\.\d° away from source-/) as string } },
      expect.objectContaining({ files: 2, startedAt: '2026-11-21T03:00:00.000Z', endedAt: '2026-11-21T03:01:30.000Z' }),
      expect.objectContaining({ files: 1 }),
    ])
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('2 filings sent, 3 files new') as string })
    const files = await em.find(
      RawDataFile,
      { path: { $in: ['1.fits', '3.fits'] }, executionId: { $ne: null } },
      { orderBy: { path: 'asc' } },
    )
    expect(await em.findOneOrFail(ExecutedObsUnit, files[0]?.executionId ?? '')).toMatchObject({
      conditions: { target: object, raDeg: 83.8, decDeg: -5.4, exposureS: 60 },
    })
    expect(objects(contradicting)[0]).toEqual({
      leftOut: {
        path: '1.fits',
        why: `target is Another by the flags or the metadata file, and ${object} by the header: nothing of it was filed`,
      },
    })
    await writeFile(join(folder, '2b.fits'), fits(topology, { obsId: 'one', object, at: 300 }))
    expect((await run('file', folder, '--fits')).err).toContain('1 files new to the data centre')
  })

  test('watches a growing folder, alone, and files what is at rest', async ({ run, env, topology, em, root }) => {
    const folder = join(root, 'grows')
    await write(join(folder, 'grows'), ['1.dat'])
    const args = ['file', folder, ...flagsOf(topology), '--key', `grows-${root}`, '--watch', '--settle', '0.3']
    const watching = start(args, env)
    const filed = (): Promise<number> => em.fork().count(RawDataFile, { path: { $like: 'grows/%' } })
    try {
      await expect.poll(filed).toBe(1)
      expect(await run(...args)).toMatchObject({
        status: 1,
        err: expect.stringMatching(
          new RegExp(`^almagest: .*grows is being watched by another process: ${watching.child.pid} on`),
        ) as string,
      })
      await write(join(folder, 'grows'), ['2.dat', '3.dat'])
      await expect.poll(filed).toBe(3)
      await writeFile(join(folder, 'grows/1.dat'), 'it changed')
      await utimes(join(folder, 'grows/1.dat'), 1, 1)
      await expect.poll(watching.err).toContain('left out: grows/1.dat: it changed after it was filed: it has 10 bytes now')
    } finally {
      watching.child.kill('SIGINT')
    }
    expect(await watching.ended).toMatchObject({ status: 1 })
  })

  test('UC-7.2 UC-7.3 locates, shows, and says why something waits', async ({ run, topology, em }) => {
    const [made] = await makePackages(em, topology, { count: 1 })
    const [file] = await em.find(RawDataFile, { packageId: made?.id ?? '' })
    const { locations } = topology

    expect((await run('locate', file?.path ?? '', '--instrument', topology.instrument.name)).out).toContain(locations.chileBuffer.name)
    expect(await run('locate', 'no/such/file')).toMatchObject({ status: 1, err: 'no/such/file: there is no such file\n' })
    expect((await run('why', made?.id ?? '')).out).toMatch(/^RawDataPackage .*: WAITING\n {2}[A-Z_]+: .*\n {4}→ /)
    expect((await run('show', made?.id ?? '')).out).toContain(`name: ${made?.name}`)
    expect((await run('show', made?.executionId ?? '')).out).toContain('packages:')
    expect(objects(await run('show', locations.source.name, '--json'))).toMatchObject([{ type: 'SOURCE' }])
    expect(await run('show', 'nowhere', '--json')).toMatchObject({
      status: 1,
      out: '{"error":{"code":"NOT_FOUND","message":"there is no execution, package or staging request, and no location, nowhere"}}\n',
    })
    expect((await run('sites')).out).toContain(locations.gentArchive.name)
    expect(await run('queues')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^\d+ running, \d+ ready, \d+ waiting, \d+ failed/) as string,
    })
    expect(objects(await run('events', made?.id ?? '', '--after', '0-0-0', '--count', '1', '--json'))).toMatchObject([
      { subjectId: made?.id },
    ])
  })
})

describe('almagest admin', () => {
  test('makes what a file says, after it said what it would do; a second time nothing', async ({ run, topology, root }) => {
    const { sites, locations } = topology
    const file = join(root, 'topology.yaml')
    await writeFile(
      file,
      `sites: [{ name: new-${sites.gent.name}, title: New }]
locations:
  - { name: new-${locations.gentBuffer.name}, site: new-${sites.gent.name}, type: BUFFER, root: /new, retention: { minimumAgeS: 60, graceS: 60 } }
  - { name: ${locations.gentBuffer.name}, priority: 7 }
routes: [{ name: new-${sites.gent.name.slice(0, 30)}, from: ${sites.chile.name}, to: new-${sites.gent.name}, method: COPY }]
`,
    )
    const dry = await run('admin', 'apply', file, '--dry-run')
    const untouched = await run('sites')
    const done = await run('admin', 'apply', file)

    expect(dry.out.match(/^would (make|put|change) [a-z]+/gm)).toEqual([
      'would make site',
      'would make location',
      'would put retention',
      'would change location',
      'would make route',
    ])
    expect(untouched.out).not.toContain(`new-${sites.gent.name}`)
    expect(done).toMatchObject({ status: 0 })
    expect(done.out).toBe(dry.out.replaceAll('would make', 'made').replaceAll('would put', 'put').replaceAll('would change', 'changed'))
    expect((await run('sites')).out).toContain(`new-${locations.gentBuffer.name}`)
    expect(await run('admin', 'apply', file)).toMatchObject({ status: 0, out: '', err: 'everything is as the file says\n' })
    await writeFile(file, `locations: [{ name: new-${locations.gentBuffer.name}, retention: { trashS: 30 } }]\n`)
    expect((await run('admin', 'apply', file)).out).toContain('{"minimumAgeS":60,"graceS":60,')
    expect((await run('admin', 'apply', file)).err).toBe('everything is as the file says\n')
    await writeFile(file, `locations: [{ name: ${locations.gentBuffer.name}, type: PROCESSING }]\n`)
    expect((await run('admin', 'apply', file)).err).toMatch(/its type is BUFFER, and does not change: make another location/)
    await writeFile(file, 'locations: [{ name: nowhere, site: atlantis, type: BUFFER, root: /x }]\n')
    expect(await run('admin', 'apply', file, '--dry-run')).toMatchObject({
      status: 1,
      err: 'almagest: location nowhere: there is no site atlantis; nothing was done\n',
    })
    await writeFile(file, 'locations: [{ name: nowhere, site: atlantis, type: BUFFFER, root: /x }]\n')
    expect(await run('admin', 'apply', file, '--dry-run')).toMatchObject({
      status: 1,
      err: 'almagest: locations: nowhere: type must be one of SOURCE, BUFFER, LONG_TERM_ARCHIVE, PROCESSING, not BUFFFER\n',
    })
    await writeFile(file, 'sites: [{ name: x, title: y }, { name: x, title: z }]\n')
    expect((await run('admin', 'apply', file)).err).toBe('almagest: sites: x is there twice\n')
    const name = locations.gentBuffer.name
    const one = (priority: number): string => `{ name: ${name}, priority: ${priority} }`
    await writeFile(
      file,
      `sites: [{ name: "second ${name}", title: x }]\nlocations: [${one(9)}, { name: ${locations.source.name}, priority: -1 }]\n`,
    )
    expect(await run('admin', 'apply', file)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(
        /^not done: make site second .*\nnot tried: change location .*\nnot tried: change location .*\nalmagest: input\.name: .*\n$/,
      ) as string,
    })
    await writeFile(file, `locations: [${one(9)}, { name: ${locations.source.name}, priority: -1 }]\n`)
    expect(await run('admin', 'apply', file)).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^changed location \S+ \{"id":".*","priority":9\}\n$/) as string,
      err: expect.stringMatching(/^not done: change location .*\nalmagest: input\.priority: .*\n$/) as string,
    })
  })

  test('switches, holds and releases', async ({ run, topology, em }) => {
    const [made] = await makePackages(em, topology, { count: 1 })
    const name = topology.locations.gentBuffer.name

    expect(await run('admin', 'location', name, 'off', '--dry-run')).toMatchObject({ status: 0, out: `would turn location ${name} off\n` })
    expect((await run('sites')).out).toMatch(new RegExp(`${name} +BUFFER +in use`))
    expect(await run('admin', 'location', name, 'off')).toMatchObject({ status: 0, out: `turned location ${name} off\n` })
    expect(await run('admin', 'retry', 'all')).toMatchObject({ status: 2, err: 'almagest: usage: admin retry takes ids, not all\n' })
    expect((await run('sites')).out).toMatch(new RegExp(`${name} +BUFFER +off`))
    expect(await run('admin', 'location', 'none', 'on')).toMatchObject({ status: 1, err: 'almagest: there is no location none\n' })
    expect(await run('admin', 'hold', made?.id ?? '')).toMatchObject({ status: 2, err: 'almagest: usage: --reason is missing: say why\n' })
    const held = await run('admin', 'hold', made?.id ?? '', '--reason', 'a dispute', '--json')
    const id = String(objects(held).at(-1)?.id)
    expect((await run('admin', 'holds')).out).toContain('a dispute')
    expect(await run('admin', 'release', id, '--reason', 'settled')).toMatchObject({ status: 0 })
    expect((await run('admin', 'holds')).out).not.toContain('a dispute')
  })
})
