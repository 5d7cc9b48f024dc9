import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newId, PhysicalCopy, RawDataPackage, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { digestOf, openDigest, type Consignment, type World } from '@almagest/jobs'
import { makeObservation, type Topology } from '../../make.ts'
import { pathAt } from '../attempt.ts'

/** How files are cut in these tests. */
export const PART = 262_144

/** Bytes in which no two parts are alike. */
export function bytesOf(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at)
  return bytes
}

/** The BLAKE3 of each part, 32 bytes each. */
export function digestsOf(bytes: Buffer, partBytes = PART): Buffer {
  const digests: Buffer[] = []
  for (let at = 0; at < bytes.length; at += partBytes) {
    const digest = openDigest()
    digest.update(bytes.subarray(at, at + partBytes))
    digests.push(Buffer.from(digest.done().slice('blake3:'.length), 'hex'))
  }
  return Buffer.concat(digests)
}

/** A package copy in the buffer of Chile with these bytes, and how it is to be sent to the buffer of Cologne. */
export async function consign(
  world: World,
  em: EntityManager,
  { topology, bytes, known = true }: { topology: Topology; bytes: Buffer; known?: boolean },
): Promise<Consignment & { readonly heard: number[] }> {
  const { chileBuffer, cologneBuffer } = topology.locations
  const { execution } = await makeObservation(em, topology, {})
  const fork = em.fork()
  const name = `package-${newId()}`
  const path = `night/${name}.tar`
  const expected = await digestOf([bytes])
  const pkg = fork.create(RawDataPackage, {
    id: newId(),
    executionId: execution.id,
    moduleId: topology.module.id,
    sequence: 1,
    name,
    path,
    status: 'COMPLETED',
    fileCount: 0,
    fileBytes: 0,
    bytes: bytes.length,
  })
  const copy = fork.create(PhysicalCopy, {
    id: newId(),
    locationId: chileBuffer.id,
    packageId: pkg.id,
    path,
    ...expected,
    verificationLevel: 2,
    verifiedAt: new Date(),
  })
  await fork.flush()
  await put(chileBuffer, path, bytes)
  const operation = newId()
  const heard: number[] = []
  const route = topology.routes[0]
  return {
    from: () => world.stores.of(chileBuffer),
    to: world.stores.of(cologneBuffer),
    fromPath: path,
    path,
    copyId: copy.id,
    expected,
    parts: { bytes: PART, digests: known ? digestsOf(bytes) : null },
    route: { id: route?.id ?? '', name: route?.name ?? '', streams: 4, rateBytesS: null, sshHost: null },
    origin: { location: chileBuffer.name, site: topology.sites.chile.name, dataUrl: null, root: chileBuffer.root ?? null },
    token: `${operation}.1`,
    earlier: token => token.startsWith(`${operation}.`),
    now: () => Promise.resolve(Date.now() / 1_000),
    signal: new AbortController().signal,
    onBytes: sent => void heard.push(sent),
    heard,
  }
}

/** The same work claimed again. */
export function again<consignment extends Consignment>(consignment: consignment, run = 2): consignment {
  return { ...consignment, token: consignment.token.replace(/\d+$/, String(run)) }
}

/** Puts bytes where no worker looks whether something is there. */
export async function put(location: DataLocation, path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(pathAt(location, path)), { recursive: true })
  await writeFile(pathAt(location, path), bytes)
}
