import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort, runCommand, startPostgres } from '@almagest/gateway/local'
import { newId, PART_BYTES, PhysicalCopy, RawDataPackage, Site, type DataTransferRoute } from '@almagest/schema'
import { migrate, openOrm } from '@almagest/schema/orm'
import { openTransports, type Consignment, type Transport, type World } from '@almagest/jobs'
import { findRsync } from '../jobs/transports/installed.ts'
import { startProxy } from '../jobs/transports/proxy.ts'
import { identify, makeObservation, makeTopology, makeWorld, type Topology } from '../make.ts'
import type { Bed, Bench } from './bench.ts'
import { compare, timed, type Result } from './measure.ts'
import { writeNoise } from './noise.ts'

const KEY = 'the key of the data server of a bench'
const CUT_AFTER = 10_000_000

/** What the peer does, beside ours, which sends each byte over a socket or reads it, digests it and makes it durable. */
const CP = 'cp on the same file system, sync of the file'

/** Sending a package between two sites on one machine, against programs that copy the same bytes. All end with the bytes durable. */
export const bench: Bench = {
  about: 'sending a package over HTTP and by copy, against cp and rsync; and over lines that are cut',
  options: {
    megabytes: { about: 'how large the package is', default: 2_000 },
    rounds: { about: 'how often each side runs', default: 5 },
  },
  async run(bed) {
    await using rig = await openRig(bed)
    const { send, copied, megabytes } = rig
    const rounds = bed.number('rounds')
    const common = { rounds, say: bed.say, unit: 'MB/s', better: 'higher' } as const
    const speed = async (work: () => Promise<unknown>): Promise<number> => {
      await rig.clear()
      return megabytes / ((await timed(work)) / 1_000)
    }
    const http = () => speed(() => send('HTTP', rig.serverUrl))
    const results: Result[] = [
      await compare({ ...common, what: 'http', against: CP, target: 0.8, a: http, b: () => speed(() => copied('cp')) }),
      await compare({
        ...common,
        what: 'copy',
        against: CP,
        target: 0.8,
        a: () => speed(() => send('COPY')),
        b: () => speed(() => copied('cp')),
      }),
    ]
    const { command: rsync, why } = await findRsync()
    if (rsync === null) bed.say(`nothing is compared with rsync: ${why}`)
    else {
      const b = () => speed(() => copied(rsync, '--whole-file', '--inplace'))
      results.push(
        await compare({ ...common, what: 'http', against: 'rsync --whole-file --inplace, sync of the file', target: 1, a: http, b }),
      )
    }
    results.push(await compareCut(rig, common, speed))
    return results
  },
}

/** One of eight streams is cut every 10 MB, against the same proxy that cuts nothing. */
async function compareCut(
  { send, serverUrl }: Rig,
  common: Pick<Parameters<typeof compare>[0], 'rounds' | 'say' | 'unit' | 'better'>,
  speed: (work: () => Promise<unknown>) => Promise<number>,
): Promise<Result> {
  const through = (isCut: (connection: number) => boolean) =>
    speed(async () => {
      await using proxy = await startProxy(serverUrl, connection => (isCut(connection) ? { after: CUT_AFTER, by: 'RESET' } : null))
      await send('HTTP', proxy.url)
    })
  return compare({
    ...common,
    what: 'http, 1 of 8 streams cut every 10 MB',
    against: 'the same, uncut',
    target: 0.75,
    a: () => through(connection => connection === 0 || connection >= 8),
    b: () => through(() => false),
  })
}

interface Rig extends AsyncDisposable {
  readonly serverUrl: string
  readonly megabytes: number
  /** Sends the package once. */
  send(method: 'HTTP' | 'COPY', dataUrl?: string): Promise<void>
  /** Lets a program copy the same file, and makes that durable. */
  copied(program: string, ...args: string[]): Promise<void>
  /** Removes what was sent and copied. */
  clear(): Promise<void>
}

/** A database, two sites with a package at one of them, and the data server of that as a process of its own. */
async function openRig({ folder, number, say }: Bed): Promise<Rig> {
  await using opening = new AsyncDisposableStack()
  say('starting a database and a data server')
  const postgres = opening.use(await startPostgres({ home: folder, durable: false }))
  const orm = await openOrm(postgres.url, { max: 24 })
  opening.defer(() => orm.close(true))
  await migrate(orm)
  const world = makeWorld(orm)
  const topology = await makeTopology(orm.em.fork(), join(folder, 'sites'))
  await identify(world, topology)
  const bytes = number('megabytes') * 1_000_000
  const { consignment, from, to } = await makeConsignment(world, topology, bytes)
  const site = topology.sites.chile.name
  const serverUrl = await startServer(opening, { folder, site, databaseUrl: postgres.url, world })
  const transports = openTransports({ keys: { [site]: [KEY] } })
  const other = join(folder, 'copied')
  let run = 0
  const opened = opening.move()
  return {
    serverUrl,
    megabytes: number('megabytes'),
    async send(method, dataUrl = serverUrl) {
      const transport: Transport = transports[method]
      await transport.send({ ...consignment, token: `${newId()}.${(run += 1)}`, origin: { ...consignment.origin, dataUrl } })
    },
    async copied(program, ...args) {
      await runCommand(program, [...args, from, other], { what: `${program} failed`, timeoutMs: 600_000 })
      await runCommand('sync', [other], { what: 'sync failed', timeoutMs: 600_000 })
    },
    async clear() {
      await rm(to, { force: true })
      await rm(other, { force: true })
      // What the rounds before left to the disk is none of this one's business.
      await runCommand('sync', [], { what: 'sync failed', timeoutMs: 600_000 })
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function startServer(
  opening: AsyncDisposableStack,
  { folder, site, databaseUrl, world }: { folder: string; site: string; databaseUrl: string; world: World },
): Promise<string> {
  const keys = join(folder, 'keys.json')
  await writeFile(keys, JSON.stringify({ [site]: KEY }))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const settings = { DATABASE_URL: databaseUrl, REDIS_URL: 'unused', DATA_KEYS_FILE: keys, DATA_PORT: String(port), DATA_URL: url }
  const server: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, '../../jobs/main.ts'), '--site', site, '--data-server'], {
    env: { ...process.env, ...settings, DATA_HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 2, 2],
  })
  opening.defer(async () => {
    if (server.exitCode !== null) return
    server.kill('SIGTERM')
    await once(server, 'exit')
  })
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the data server ended with ${server.exitCode}`)
    const found = await world.orm.em.fork().findOneOrFail(Site, { name: site })
    if (found.dataUrl === url) return url
    await delay(100)
  }
}

/** A package of noise at Chile, and how it is sent to Cologne. */
async function makeConsignment(
  world: World,
  topology: Topology,
  bytes: number,
): Promise<{ consignment: Consignment; from: string; to: string }> {
  const { chileBuffer, cologneBuffer } = topology.locations
  const path = 'package.tar'
  const from = join(chileBuffer.root ?? '', path)
  const { digest, parts } = await writeNoise(from, bytes)
  const em = world.orm.em.fork()
  const { execution } = await makeObservation(world.orm.em.fork(), topology, {})
  const pkg = em.create(RawDataPackage, {
    id: newId(),
    executionId: execution.id,
    moduleId: topology.module.id,
    sequence: 1,
    name: 'package',
    path,
    status: 'COMPLETED',
    fileCount: 0,
    fileBytes: 0,
    bytes,
  })
  const copy = em.create(PhysicalCopy, { id: newId(), locationId: chileBuffer.id, packageId: pkg.id, path, bytes, digest })
  await em.flush()
  const route = topology.routes[0] as DataTransferRoute
  const consignment: Consignment = {
    from: () => world.stores.of(chileBuffer),
    to: world.stores.of(cologneBuffer),
    fromPath: path,
    path,
    copyId: copy.id,
    expected: { bytes, digest },
    parts: { bytes: PART_BYTES, digests: parts },
    route: { id: route.id, name: route.name, streams: 8, rateBytesS: null, sshHost: null },
    origin: { location: chileBuffer.name, site: topology.sites.chile.name, dataUrl: null, root: chileBuffer.root ?? null },
    token: newId(),
    earlier: () => false,
    now: () => Promise.resolve(Date.now() / 1_000),
    signal: new AbortController().signal,
    onBytes() {},
  }
  return { consignment, from, to: join(cologneBuffer.root ?? '', path) }
}
