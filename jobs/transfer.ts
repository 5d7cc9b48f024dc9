import {
  DataLocation,
  DataTransfer,
  DataTransferRoute,
  giveReason,
  newId,
  Outage,
  PART_BYTES,
  PhysicalCopy,
  planTransfers,
  requestOperations,
  Site,
  sql,
  type Digest,
  type TransferMethod,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { copyPath } from './copy-path.ts'
import { crashPoint } from './crash-point.ts'
import { goElsewhere, redirectLegs } from './failover.ts'
import type { Handler } from './handler.ts'
import { recalled } from './recall.ts'
import { isFull, takeRoom } from './room.ts'
import { errnoOf } from './stores/posix/place.ts'
import { clearTheWay } from './stray.ts'
import { suspectSource } from './suspect.ts'
import { takeOutUnsendable } from './unsendable.ts'

/** After an outage in the middle of a bundle, in seconds. */
const GO_ON_AFTER_S = 5

interface Item {
  readonly package_id: string
  readonly path: string
  readonly package_digest: Digest | null
  readonly source_id: string | null
  readonly source_status: string | null
  readonly source_path: string | null
  readonly bytes: string | null
  readonly digest: Digest | null
  /** Of the parts of the tar, if they are those of a tar with this digest. */
  readonly part_digests: Buffer | null
  readonly there: boolean
}

/** Sends the packages of a transfer package one by one, the most urgent first, to the destination's BUFFER; what arrived is not sent again. */
export const transfer: Handler = {
  concurrency: 2,

  async due(em) {
    await giveReason(em, 'it goes to another BUFFER of the site: the one that was chosen cannot be written')
    await redirectLegs(em)
    await giveReason(em, 'its copy that was to be sent is no longer good, or cannot be reached: another is sent')
    const ended = await takeOutUnsendable(em)
    await giveReason(em, 'the sweep found that it is due: transfer')
    return [...ended, ...(await planTransfers(em)), ...(await startLegs(em))]
  },

  async run(context) {
    const { em, claim, fenced, stores, token, signal, progress, kept, location } = context
    const leg = await em.findOneOrFail(DataTransfer, claim.subjectId)
    if (leg.status === 'COMPLETED') return
    await fenced(async em => {
      const held = await em.findOneOrFail(DataTransfer, leg.id)
      held.become('IN_PROGRESS')
    }, `sending begun by worker ${context.worker}`)
    crashPoint('after-transfer-begun')
    const route = await em.findOneOrFail(DataTransferRoute, leg.routeId)
    const from = await em.findOneOrFail(DataLocation, leg.fromLocationId)
    const site = await em.findOneOrFail(Site, from.siteId)
    const transport = context.transports[route.method as TransferMethod]
    const { id, name, streams, rateBytesS = null, sshHost = null } = route
    const items = await findItems(em, leg)
    const total = items.reduce((sum, { bytes }) => sum + Number(bytes), 0)
    const others = items.flatMap(({ there, source_path }) => (there || source_path === null ? [] : [source_path]))
    const withheld: string[] = []
    let done = 0
    let arrived = 0
    progress(0, total)
    for (const item of items) {
      const { package_id, source_id, source_status, source_path, bytes, digest, part_digests, there } = item
      signal.throwIfAborted()
      try {
        if (!there) {
          // One package that cannot be sent keeps none of the others.
          if (source_status !== 'PRESENT' || source_id === null || source_path === null || digest === null) {
            withheld.push(`the copy of package ${package_id} to be sent is ${source_status ?? 'not there'}`)
            continue
          }
          const path = copyPath(location, { path: item.path, digest: item.package_digest })
          // What only its own site can recall, the data server there does.
          const wait =
            from.storage === 'TAPE' && route.method !== 'HTTP'
              ? await recalled(context, stores.of(from), { path: source_path, others })
              : null
          if (wait) return wait
          const written = await transport
            .send({
              from: () => stores.of(from),
              to: stores.of(location),
              fromPath: source_path,
              path,
              copyId: source_id,
              expected: { bytes: Number(bytes), digest },
              parts: { bytes: PART_BYTES, digests: part_digests },
              route: { id, name, streams, rateBytesS, sshHost },
              origin: { location: from.name, site: site.name, dataUrl: site.dataUrl ?? null, root: from.root ?? null },
              token: `${token}.${package_id}`,
              earlier: other => other.startsWith(`${claim.id}.`) && other.endsWith(`.${package_id}`),
              now: () => timeOf(em),
              signal,
              onBytes: sent => progress(done + sent),
              onKept: kept,
              room: missing => takeRoom(context, location, missing),
            })
            .catch((error: unknown) => clearTheWay(context, { error, location, path }))
          crashPoint('after-arrival-before-row')
          await fenced(async em => {
            em.create(PhysicalCopy, {
              id: newId(),
              locationId: location.id,
              packageId: package_id,
              path,
              bytes: written.bytes,
              digest: written.digest,
            })
            await em.flush()
          }, `it arrived from ${from.name} with the right digest`)
          arrived += 1
          crashPoint('after-arrival-row')
        } else kept(Number(bytes))
      } catch (error) {
        const isBad = source_id !== null && (await suspectSource(context, { copyId: source_id, locationId: from.id, when: 'sent' }, error))
        if (isBad) {
          withheld.push((error as Error).message)
          continue
        }
        if (isFull(error) && done === 0 && arrived === 0 && route.type !== 'CUSTOM') {
          const elsewhere = items.some(({ there }) => there) ? null : await goElsewhere(context, { leg, bytes: total, why: error.message })
          if (elsewhere) return elsewhere
        }
        // A line that is cut now and then must not use up the attempts of a bundle that takes days: what arrived since counts for more.
        if (
          arrived > 0 &&
          error instanceof Outage &&
          error.retryS === undefined &&
          error.locationId === null &&
          errnoOf(error.cause) === null &&
          !signal.aborted
        ) {
          return { reason: error.message, seconds: GO_ON_AFTER_S }
        }
        throw error
      }
      progress((done += Number(bytes)))
    }
    if (withheld[0] !== undefined) throw new Outage(withheld[0], { locationId: null })

    await fenced(
      async (em, now) => {
        const sent = await em.findOneOrFail(DataTransfer, leg.id)
        sent.become('COMPLETED')
        sent.completedAt = now
      },
      items.length > 0 ? 'all of its packages arrived' : 'nothing is left of it: all of its packages are sent from other copies',
    )
  },

  async failed(em, { subjectId }) {
    const leg = await em.findOneOrFail(DataTransfer, subjectId)
    leg.become('FAILED')
    await em.flush()
  },
}

/** Legs that are to be sent: the second of a relay when the first was verified, and what arrived damaged and has to be sent again. */
async function startLegs(em: EntityManager) {
  const rows = await sql<{ id: string; to_location_id: string; priority: number }>(
    em,
    `/* legsToStart */
     select t.id, t.to_location_id, d.priority from storage.data_transfer t
     join data_package.data_transfer_package d on d.id = t.transfer_package_id
     where t.status = 'PENDING'
       and not exists (select from storage.data_transfer b where b.transfer_package_id = t.transfer_package_id and b.leg < t.leg and b.unpack_status <> 'COMPLETED')
     order by d.priority, t.id limit 1000`,
  )
  for (const leg of await em.find(DataTransfer, { id: rows.map(({ id }) => id) })) leg.become('SCHEDULED')
  await em.flush()
  return requestOperations(
    em,
    rows.map(({ id, to_location_id, priority }) => ({ kind: 'transfer', locationId: to_location_id, subjectId: id, priority })),
  )
}

function findItems(em: EntityManager, leg: DataTransfer): Promise<Item[]> {
  return sql<Item>(
    em,
    `/* itemsToSend */
     select i.package_id, p.path, p.digest as package_digest, c.id as source_id, c.status as source_status, c.path as source_path, c.bytes, c.digest,
       case when p.flat_digest = c.digest and p.bytes = c.bytes then p.part_digests end as part_digests, there.id is not null as there
     from data_package.data_transfer_package_item i
     join data_package.raw_data_package p on p.id = i.package_id
     left join storage.physical_copy c on c.package_id = i.package_id and c.location_id = $2 and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
     left join storage.physical_copy there on there.package_id = i.package_id and there.location_id = $3 and there.status = 'PRESENT'
     where i.transfer_package_id = $1 order by p.priority, i.package_id`,
    [leg.transferPackageId, leg.fromLocationId, leg.toLocationId],
  )
}

/** The time of the database, in seconds since 1970. */
async function timeOf(em: EntityManager): Promise<number> {
  const [row] = await sql<{ now: string }>(em, `/* timeNow */ select extract(epoch from now())::text as now`)
  return Number(row?.now)
}
