import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import {
  DataLocation,
  DataTransferRoute,
  ExecutedObsUnit,
  foldPath,
  Instrument,
  InstrumentModule,
  newId,
  Observatory,
  ObservingProgram,
  ObsUnit,
  Operation,
  PhysicalCopy,
  RawDataFile,
  RetentionPolicy,
  Site,
  Source,
  sql,
  Telescope,
  type JobName,
  type LocationType,
} from '@almagest/schema'
import type { EntityManager, MikroORM } from '@almagest/schema/orm'
import { identifyLocations, mountedStores, openThreads, openTransports, perform, sweep, type Outcome, type World } from '@almagest/jobs'

/** One set for all worlds of a test file: they end with its process. */
const threads = openThreads(2)

/** A world whose stores are folders, whose log is silent. */
export function makeWorld(orm: MikroORM, fields: Partial<World> = {}): World {
  return {
    orm,
    stores: mountedStores(),
    threads,
    transports: openTransports(),
    worker: `worker-${newId().slice(-6)}`,
    leaseS: 30,
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    ...fields,
  }
}

export interface Topology {
  readonly program: ObservingProgram
  readonly instrument: Instrument
  readonly module: InstrumentModule
  readonly obsUnit: ObsUnit
  readonly sites: { readonly [name in 'chile' | 'cologne' | 'gent']: Site }
  readonly locations: {
    readonly [
      name in 'source' | 'chileBuffer' | 'cologneBuffer' | 'cologneArchive' | 'processing' | 'gentBuffer' | 'gentArchive'
    ]: DataLocation
  }
  readonly routes: readonly DataTransferRoute[]
}

/** An observatory with a telescope in Chile, archives in Cologne and Gent, a folder for each location, and retention that deletes at once. */
export async function makeTopology(em: EntityManager, root: string): Promise<Topology> {
  const tag = newId().slice(-8)
  const observatory = em.create(Observatory, { id: newId(), name: `observatory-${tag}`, title: 'An observatory' })
  const telescope = em.create(Telescope, { id: newId(), observatoryId: observatory.id, name: `telescope-${tag}`, title: 'A telescope' })
  const instrument = em.create(Instrument, { id: newId(), telescopeId: telescope.id, name: `camera-${tag}`, title: 'A camera' })
  const module = em.create(InstrumentModule, { id: newId(), instrumentId: instrument.id, name: 'm1', title: 'Its module' })
  const program = em.create(ObservingProgram, {
    id: newId(),
    observatoryId: observatory.id,
    code: `2026-${tag}`,
    title: 'A program',
    principalInvestigator: 'P. I.',
  })
  const source = em.create(Source, { id: newId(), name: `source-${tag}`, kind: 'FIXED', raDeg: 83.8, decDeg: -5.4 })
  const obsUnit = em.create(ObsUnit, {
    id: newId(),
    programId: program.id,
    sourceId: source.id,
    instrumentId: instrument.id,
    name: 'unit',
    durationS: 60,
  })
  const site = (name: string) => em.create(Site, { id: newId(), name: `${name}-${tag}`, title: name })
  const sites = { chile: site('chile'), cologne: site('cologne'), gent: site('gent') }
  const place = async (site: Site, name: string, type: LocationType) => {
    const folder = join(root, name)
    await mkdir(folder, { recursive: true })
    return em.create(DataLocation, {
      id: newId(),
      siteId: site.id,
      name: `${name}-${tag}`,
      type,
      storage: 'DISK',
      root: folder,
      failureDomain: `${name}-${tag}`,
      deletionEnabled: type !== 'LONG_TERM_ARCHIVE',
      instrumentId: type === 'SOURCE' ? instrument.id : null,
      settleS: 0,
    })
  }
  const locations = {
    source: await place(sites.chile, 'source', 'SOURCE'),
    chileBuffer: await place(sites.chile, 'chile-buffer', 'BUFFER'),
    cologneBuffer: await place(sites.cologne, 'cologne-buffer', 'BUFFER'),
    cologneArchive: await place(sites.cologne, 'cologne-archive', 'LONG_TERM_ARCHIVE'),
    processing: await place(sites.cologne, 'processing', 'PROCESSING'),
    gentBuffer: await place(sites.gent, 'gent-buffer', 'BUFFER'),
    gentArchive: await place(sites.gent, 'gent-archive', 'LONG_TERM_ARCHIVE'),
  }
  const route = (from: Site, to: Site) =>
    em.create(DataTransferRoute, {
      id: newId(),
      name: `${from.name}-to-${to.name}`.slice(0, 60),
      type: 'DIRECT',
      fromSiteId: from.id,
      toSiteId: to.id,
      bundleAgeS: 0,
    })
  const routes = [route(sites.chile, sites.cologne), route(sites.cologne, sites.gent)]
  for (const { id, type } of Object.values(locations)) {
    if (type !== 'LONG_TERM_ARCHIVE')
      em.create(RetentionPolicy, { id: newId(), locationId: id, policyVersion: 1, minimumAgeS: 0, graceS: 0, maxShareHour: 1, trashS: 0 })
  }
  await em.flush()
  // Deletions wait for a sweep, which most tests leave out.
  await sql(
    em,
    `/* test: swept */ insert into storage.last_sweep values (1, now(), 0) on conflict (number) do update set completed_at = now()`,
  )
  return { program, instrument, module, obsUnit, sites, locations, routes }
}

/** A topology whose rows say that its locations are in use, for tests that touch no bytes. */
export async function makeTopologyInUse(em: EntityManager, root: string): Promise<Topology> {
  const topology = await makeTopology(em, root)
  for (const location of Object.values(topology.locations)) location.identifiedAt = new Date()
  await em.flush()
  return topology
}

/** Gives every location of the topology its identity, as the workers of its sites do. */
export async function identify(world: World, { sites }: Topology): Promise<void> {
  for (const site of Object.values(sites)) await identifyLocations(world, site.name)
}

/** Files at SOURCE and their rows, as filing leaves them. */
export async function makeObservation(
  em: EntityManager,
  topology: Topology,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<{ execution: ExecutedObsUnit; files: RawDataFile[]; copies: PhysicalCopy[] }> {
  const { obsUnit, module, locations } = topology
  const startedAt = new Date(Date.UTC(2026, 10, 21) + Math.floor(Math.random() * 86_400_000))
  const execution = em.create(ExecutedObsUnit, {
    id: newId(),
    obsUnitId: obsUnit.id,
    filingKey: newId(),
    startedAt,
    endedAt: new Date(startedAt.getTime() + 60_000),
  })
  const rows: RawDataFile[] = []
  const copies: PhysicalCopy[] = []
  for (const [path, content] of Object.entries(files)) {
    const bytes = Buffer.byteLength(content)
    await mkdir(dirname(join(locations.source.root ?? '', path)), { recursive: true })
    await writeFile(join(locations.source.root ?? '', path), content)
    const file = em.create(RawDataFile, {
      id: newId(),
      executionId: execution.id,
      moduleId: module.id,
      path,
      pathFold: foldPath(path),
      bytes,
    })
    rows.push(file)
    copies.push(em.create(PhysicalCopy, { id: newId(), locationId: locations.source.id, fileId: file.id, path, bytes }))
  }
  await em.flush()
  return { execution, files: rows, copies }
}

const never = new AbortController().signal

/** Sweeps once and performs what is open of one kind, as workers would; returns what became of each. */
export async function work(world: World, kind: JobName): Promise<Outcome[]> {
  await sweep(world, null)
  const em = world.orm.em.fork()
  const open = await em.find(Operation, { kind, state: { $in: ['READY', 'WAITING'] } }, { orderBy: { id: 'asc' } })
  const outcomes: Outcome[] = []
  for (const { id } of open) {
    await sql(em, '/* test: no delay */ update storage.operation set next_run_at = now() where id = $1', [id])
    outcomes.push(await perform(world, id, never))
  }
  return outcomes
}

/** Sweeps and performs everything until nothing is open that could be done, or throws after `rounds`. */
export async function settle(world: World, { rounds = 60 } = {}): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await sweep(world, null)
    const due = await sql<{ id: string }>(
      world.orm.em.fork(),
      `/* test: due */ select id from storage.operation where state in ('READY', 'WAITING') and next_run_at <= now() + interval '10 s' order by priority, id`,
    )
    if (due.length === 0) return
    for (const { id } of due) {
      await sql(world.orm.em.fork(), '/* test: no delay */ update storage.operation set next_run_at = now() where id = $1', [id])
      await perform(world, id, never)
    }
  }
  throw new Error(`not settled after ${rounds} rounds`)
}
