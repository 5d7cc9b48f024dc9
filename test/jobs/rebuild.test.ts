import { mkdir, readFile, rename, rm, symlink, truncate, writeFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { DataLocation, ExecutedObsUnit, newId, Outage, PhysicalCopy, sql, StagedPackage, StagingRequest } from '@almagest/schema'
import { openOrm, type EntityManager } from '@almagest/schema/orm'
import { identifyLocations, rebuild as rebuildFrom, type Store } from '@almagest/jobs'
import { makeObservation, makeWorld, settle, type Topology } from '../make.ts'
import { attempt, pathAt } from './attempt.ts'
import { makeHeldPackage } from './made.ts'
import { rebuild, test } from './rebuilding.ts'

const from = (...locations: readonly DataLocation[]) => locations.flatMap(({ root }) => ['--from', root ?? ''])

const OF_TOPOLOGY = {
  'observation.observatory': 'id = (select observatory_id from observation.observing_program where id = $1)',
  'observation.telescope': 'observatory_id = (select observatory_id from observation.observing_program where id = $1)',
  'observation.instrument': 'id in (select instrument_id from observation.obs_unit where program_id = $1)',
  'observation.instrument_module': 'instrument_id in (select instrument_id from observation.obs_unit where program_id = $1)',
  'observation.observing_program': 'id = $1',
  'observation.source': 'id in (select source_id from observation.obs_unit where program_id = $1)',
  'observation.obs_unit': 'program_id = $1',
  'observation.executed_obs_unit': 'obs_unit_id in (select id from observation.obs_unit where program_id = $1)',
  'data_package.raw_data_file':
    'execution_id in (select e.id from observation.executed_obs_unit e join observation.obs_unit u on u.id = e.obs_unit_id where u.program_id = $1)',
  'data_package.raw_data_package':
    'execution_id in (select e.id from observation.executed_obs_unit e join observation.obs_unit u on u.id = e.obs_unit_id where u.program_id = $1)',
} as const

/** Every row of observation and data_package that belongs to a topology, as PostgreSQL writes it. */
async function rowsOf(em: EntityManager, { program }: Topology): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const [table, which] of Object.entries(OF_TOPOLOGY)) {
    // How often a row was written, and the moment after its sidecar was, no sidecar tells.
    const rows = await sql<{ row: string }>(
      em,
      `/* test: rows */ select (to_jsonb(t) - 'version' - 'archived_at')::text as row from ${table} t where ${which} order by t.id`,
      [program.id],
    )
    all[table] = rows.map(({ row }) => row)
  }
  return all
}

describe('the catalogue', () => {
  test('UC-4.4 is rebuilt from the sidecars of an archive: every row of the observations and packages, and what is staged by it is what was filed', async ({
    em,
    world,
    topology,
    emptyUrl,
    root,
  }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const written = { 'n/one.fits': Buffer.alloc(70_000, 5), 'n/größe ☆.fits': 'star', 'n/empty.fits': '' }
    const { execution } = await makeObservation(em, topology, written)
    await makeObservation(em, topology, { 'm/two.fits': 'two' })
    await sql(
      em,
      `/* test: conditions */ update observation.executed_obs_unit set quality = 'GOOD', conditions = '{"pwvMm": 0.50, "id": 12345678901234567890}' where id = $1`,
      [execution.id],
    )
    await settle(world)

    const { status, out, err } = await rebuild(emptyUrl, [...from(cologneArchive, gentArchive), '--verify'])

    expect({ status, err }).toEqual({ status: 0, err: '4 sidecars taken; now comparing\n' })
    const [tars] = await sql<{ bytes: string }>(
      em,
      `/* test: tars */ select sum(bytes) as bytes from data_package.raw_data_package where state = 'ARCHIVED' and execution_id in (select id from observation.executed_obs_unit where obs_unit_id = $1)`,
      [topology.obsUnit.id],
    )
    expect(out).toBe(
      `rebuilt: 2 packages with 4 files of 70007 bytes; 4 copies with ${2 * Number(tars?.bytes)} bytes\n` +
        'compared: 4 copies with their rows; 4 of them read again in full\nnot right: 0\n',
    )
    const orm = await openOrm(emptyUrl)
    try {
      const rebuilt = orm.em.fork()
      expect(await rowsOf(rebuilt, topology)).toEqual(await rowsOf(em, topology))
      const locations = await rebuilt.find(DataLocation, {}, { orderBy: { name: 'asc' } })
      expect(locations).toMatchObject(
        [cologneArchive, gentArchive].map(({ id, name, siteId, root, failureDomain }) => ({
          id,
          name,
          siteId,
          root,
          failureDomain,
          deletionEnabled: false,
        })),
      )
      const name = `processing-${newId()}`
      await mkdir(join(root, name))
      const place = rebuilt.create(DataLocation, {
        id: newId(),
        siteId: cologneArchive.siteId,
        name,
        type: 'PROCESSING',
        storage: 'DISK',
        root: join(root, name),
        failureDomain: name,
      })
      const wish = rebuilt.create(StagingRequest, {
        id: newId(),
        locationId: place.id,
        requestKey: newId(),
        requestedBy: 'a scientist',
        leaseS: 600,
      })
      const [copy] = await rebuilt.find(PhysicalCopy, { locationId: cologneArchive.id }, { orderBy: { path: 'asc' }, limit: 1 })
      const packages = await sql<{ id: string; path: string }>(
        rebuilt,
        `/* test: packages */ select id, path from data_package.raw_data_package where execution_id = $1`,
        [execution.id],
      )
      expect(copy).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
      rebuilt.create(StagedPackage, { id: newId(), requestId: wish.id, packageId: packages[0]?.id ?? '' })
      await rebuilt.flush()
      const after = makeWorld(orm)
      await identifyLocations(after, topology.sites.cologne.name)
      await settle(after)
      for (const [path, content] of Object.entries(written)) {
        const staged = await readFile(join(root, name, packages[0]?.path.replace(/\.tar$/, '') ?? '', path))
        expect(staged).toEqual(Buffer.from(content))
      }
      expect(await rebuilt.fork().findOneOrFail(ExecutedObsUnit, execution.id)).toMatchObject({ quality: 'GOOD' })
    } finally {
      await orm.close(true)
    }

    expect(await rebuild(emptyUrl, from(cologneArchive))).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^rebuild: the database is not empty: there are rows in storage\.site; /) as string,
    })
  })

  test('UC-4.4 names what cannot be taken and why, and takes all else', async ({ em, world, topology, emptyUrl }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = []
    for (let n = 0; n < 6; n++) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
      expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
      made.push(pkg)
    }
    const [torn, other, gone, short, bare, good] = made.map(({ path }) => path)
    const at = (path = '') => pathAt(cologneArchive, path)
    const beside = (path = '') => at(path.replace(/\.tar$/, '.json'))
    const text = await readFile(beside(other), 'utf8')
    await rm(beside(torn))
    await writeFile(beside(torn), text.slice(0, 900))
    await rm(beside(other))
    await writeFile(beside(other), text.replace('"mode\\":420', '"mode\\":384'))
    await rm(at(gone))
    await chmod(at(short), 0o644)
    await truncate(at(short), 512)
    await rm(beside(bare))

    const { status, out } = await rebuild(emptyUrl, [...from(cologneArchive), '--verify'])

    expect(status).toBe(1)
    const lines = out.split('\n')
    const why = (path = '') =>
      lines.filter(line => line.startsWith(`not right: ${path}`)).map(line => line.slice(`not right: ${path}: `.length))
    expect(why(torn?.replace(/tar$/, 'json'))).toEqual([expect.stringMatching(/^it is no sidecar: its text: /)])
    expect(why(other?.replace(/tar$/, 'json'))).toEqual([
      expect.stringMatching(/^its manifest has the digest blake3:.*, and its package blake3:/),
    ])
    expect(why(gone)).toEqual(['it is not there, and its sidecar is'])
    expect(why(short)).toEqual([expect.stringMatching(/^it has 512 bytes, and its sidecar says/), expect.stringContaining('')])
    expect(why(bare)).toEqual(['there is no sidecar beside it'])
    expect(why(good)).toEqual([])
    expect(lines.slice(-4)).toEqual([
      expect.stringMatching(/^rebuilt: 3 packages with 9 files /),
      'compared: 3 copies with their rows; 1 of them read again in full',
      'not right: 6',
      '',
    ])
    const orm = await openOrm(emptyUrl)
    const copies = await orm.em.fork().find(PhysicalCopy, {})
    await orm.close(true)
    expect(Object.fromEntries(copies.map(({ path, status, verificationLevel }) => [path, `${status} ${verificationLevel}`]))).toEqual({
      [gone ?? '']: 'MISSING 0',
      [short ?? '']: 'PRESENT 0',
      [good ?? '']: 'PRESENT 2',
    })
  })

  test('UC-4.4 is rebuilt from sidecars of the first format too; what is no sidecar, of another package or cut off is named, and counts', async ({
    em,
    world,
    topology,
    emptyUrl,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = []
    for (let n = 0; n < 5; n++) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
      expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
      const beside = pathAt(cologneArchive, pkg.path.replace(/tar$/, 'json'))
      made.push({ pkg, beside, path: pkg.path.replace(/tar$/, 'json'), text: await readFile(beside, 'utf8') })
    }
    const [first, foreign, strange, link, noise] = made
    if (!first || !foreign || !strange || !link || !noise) throw new Error('there are five')
    const {
      archive: _,
      writtenAt: __,
      package: pkg,
      ...rest
    } = JSON.parse(first.text) as { package: Record<string, unknown> } & Record<string, unknown>
    for (const later of ['flatDigest', 'partDigests', 'sha256', 'archivedAt']) delete pkg[later]
    for (const [{ beside }, text] of [
      [first, JSON.stringify({ ...rest, package: pkg, format: 'almagest-sidecar/1' }, null, 1)],
      [foreign, first.text],
      [strange, '{"format":"another-archive/7"}'],
      [noise, Buffer.alloc(5_000, 0xff)],
    ] as const) {
      await rm(beside)
      await writeFile(beside, text)
    }
    await rename(link.beside, `${link.beside}.away`)
    await symlink(`${link.beside}.away`, link.beside)

    const { status, out } = await rebuild(emptyUrl, [...from(cologneArchive), '--verify'])

    expect(status).toBe(1)
    expect(
      out
        .split('\n')
        .filter(line => line.startsWith('not right: '))
        .sort(),
    ).toEqual(
      [
        `not right: ${foreign.path}: it tells of ${first.pkg.path}`,
        `not right: ${strange.path}: it is no sidecar: format: Invalid option: expected one of "almagest-sidecar/1"|"almagest-sidecar/2"`,
        `not right: ${noise.path}: it is no sidecar: its text: Invalid input: expected object, received null`,
        `not right: ${link.path}: it is no regular file`,
        'not right: 4',
      ].sort(),
    )
    expect(out).toContain('rebuilt: 1 packages with 3 files ')
    const orm = await openOrm(emptyUrl)
    try {
      const rebuilt = await orm.em.fork().findOneOrFail(PhysicalCopy, { packageId: first.pkg.id })
      expect(rebuilt).toMatchObject({ locationId: cologneArchive.id, status: 'PRESENT', verificationLevel: 2 })
      expect(await orm.em.fork().findOneOrFail(DataLocation, cologneArchive.id)).toMatchObject({ root: cologneArchive.root })
    } finally {
      await orm.close(true)
    }
  })

  test('is rebuilt without what a device cannot read, which is named', async ({ em, world, topology, emptyUrl }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made: string[] = []
    for (let n = 0; n < 2; n++) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
      expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
      made.push(pkg.path.replace(/tar$/, 'json'))
    }
    const whole = world.stores.of(cologneArchive)
    const store: Store = {
      ...whole,
      read(path, options) {
        if (path !== made[0]) return whole.read(path, options)
        throw new Outage(`cannot read ${path}`, { cause: Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'read' }) })
      },
    }
    const empty = await openOrm(emptyUrl)
    try {
      const archives = [{ origin: { storage: 'DISK' as const, root: cologneArchive.root ?? '' }, id: cologneArchive.id, store }]
      const signal = new AbortController().signal
      const report = await rebuildFrom({ orm: empty, threads: world.threads, archives, verify: false, signal, tell: () => undefined })
      expect(report).toMatchObject({ packages: 1, faults: [{ path: made[0], why: `cannot read ${made[0]}` }] })
    } finally {
      await empty.close(true)
    }
  })

  test('is rebuilt from nothing that is no archive, and by no call that is not understood', async ({ emptyUrl, root }) => {
    expect(await rebuild(emptyUrl, ['--from', root])).toMatchObject({
      status: 2,
      err: `rebuild: ${root} is no archive: the identity file that workers give each location is not there\n`,
    })
    expect((await rebuild(emptyUrl, [])).err).toMatch(/^--from must name an archive\n\nusage: /)
    expect((await rebuild(emptyUrl, ['--from', 's3+ftp://x/y'])).err).toMatch(/^--from: s3\+ftp:\/\/x\/y is not s3\+https:/)
    expect((await rebuild('mysql://x', ['--from', root])).err).toMatch(/DATABASE_URL/)
    expect(await rebuild(emptyUrl, ['--help'])).toMatchObject({ status: 0, out: expect.stringContaining('--verify') as string, err: '' })
  })
})
