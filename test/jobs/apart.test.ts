import { expect } from 'vitest'
import { CircuitBreaker, Operation, PhysicalCopy, RawDataPackage, sql, type DataLocation } from '@almagest/schema'
import { openTransports, startWorkers } from '@almagest/jobs'
import { startFaultProxy } from '../faults/proxy.ts'
import { makeObservation } from '../make.ts'
import { test } from './bench.ts'
import { serveData } from './transports/served.ts'

test('UC-8.2 UC-3.1 while the line to another site is cut, filing, packaging and verifying at the telescope go on; what waited is sent afterwards by itself', async ({
  em,
  world,
  topology,
  queue,
  redis,
  prefix,
}) => {
  const { sites, locations, module } = topology
  const { server, keys } = await serveData(world, topology)
  await using _server = server
  await using line = await startFaultProxy({ port: Number(new URL(server.url).port) })
  await sql(em, `/* test: line */ update storage.site set data_url = $2 where id = $1`, [sites.chile.id, `http://127.0.0.1:${line.port}`])
  await sql(em, `/* test: route */ update storage.data_transfer_route set method = 'HTTP' where id = $1`, [topology.routes[0]?.id])
  const far = { ...world, transports: openTransports({ keys }) }
  await using workers = new AsyncDisposableStack()
  for (const { name } of [sites.chile, sites.cologne])
    workers.use(startWorkers({ world: far, queue, connection: redis, site: name, prefix, sweepS: 0.2 }))

  line.trouble(() => ({ refused: true }))
  const verifiedAt = async ({ id: locationId }: DataLocation): Promise<number> =>
    em.fork().count(PhysicalCopy, { locationId, packageId: { $ne: null }, status: 'PRESENT', verificationLevel: 2 })
  for (const [night, made] of [
    ['first', 1],
    ['second', 2],
  ] as const) {
    await makeObservation(em, topology, { [`${night}/one.dat`]: night, [`${night}/two.dat`]: Buffer.alloc(50_000, made) })
    await expect.poll(() => verifiedAt(locations.chileBuffer)).toBe(made)
    await expect
      .poll(() => em.fork().count(Operation, { kind: 'transfer', locationId: locations.cologneBuffer.id, errorCode: { $ne: null } }), {
        timeout: 60_000,
      })
      .toBeGreaterThan(0)
    expect(await em.fork().count(PhysicalCopy, { locationId: locations.cologneBuffer.id, status: 'PRESENT' })).toBe(0)
  }
  expect(await em.fork().count(CircuitBreaker, { locationId: locations.chileBuffer.id, state: { $ne: 'CLOSED' } })).toBe(0)

  line.trouble(null)
  await expect.poll(() => verifiedAt(locations.cologneArchive)).toBe(2)
  expect(await em.fork().count(RawDataPackage, { moduleId: module.id, status: 'COMPLETED' })).toBe(2)
  expect(await em.fork().count(Operation, { kind: 'transfer', locationId: locations.cologneBuffer.id, state: 'FAILED' })).toBe(0)
}, 90_000)
