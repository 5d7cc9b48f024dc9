import {
  DataLocation,
  DataTransfer,
  DataTransferRoute,
  newId,
  Outage,
  PhysicalCopy,
  planTransfers,
  requestOperations,
  sql,
  type Digest,
  type TransferMethod,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Handler } from './handler.ts'
import { clearTheWay } from './stray.ts'
import { copyTransport } from './transports/copy.ts'
import type { Transport } from './transports/transport.ts'

const transports: { readonly [method in TransferMethod]?: Transport } = { COPY: copyTransport }

interface Item {
  readonly package_id: string
  readonly path: string
  readonly source_status: string | null
  readonly bytes: string | null
  readonly digest: Digest | null
  readonly there: boolean
}

/** Sends the packages of a transfer package one by one to the destination's BUFFER; what arrived is not sent again. */
export const transfer: Handler = {
  concurrency: 2,

  async due(em) {
    return [...(await planTransfers(em)), ...(await startLegs(em))]
  },

  async run(context) {
    const { em, claim, fenced, stores, token, signal, progress, location } = context
    const leg = await em.findOneOrFail(DataTransfer, claim.subjectId)
    if (leg.status === 'COMPLETED') return
    await fenced(async em => {
      const held = await em.findOneOrFail(DataTransfer, leg.id)
      held.become('IN_PROGRESS')
    })
    const route = await em.findOneOrFail(DataTransferRoute, leg.routeId)
    const transport = transports[route.method as TransferMethod]
    if (!transport)
      throw new Outage(`this worker has no transport for the method ${route.method} of route ${route.name}`, { locationId: null })

    const from = stores.of(await em.findOneOrFail(DataLocation, leg.fromLocationId))
    const to = stores.of(location)
    const items = await findItems(em, leg)
    const total = items.reduce((sum, { bytes }) => sum + Number(bytes), 0)
    let done = 0
    progress(0, total)
    for (const { package_id, path, source_status, bytes, digest, there } of items) {
      signal.throwIfAborted()
      if (!there) {
        if (source_status !== 'PRESENT' || digest === null) {
          throw new Outage(`the copy of package ${package_id} to be sent is ${source_status ?? 'not there'}`, { locationId: null })
        }
        const expected = { bytes: Number(bytes), digest }
        const written = await transport
          .send({ from, to, path, expected, token: `${token}.${package_id}`, signal, onBytes: sent => progress(done + sent) })
          .catch((error: unknown) => clearTheWay(context, { error, location, path }))
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
        })
      }
      progress((done += Number(bytes)))
    }

    await fenced(async (em, now) => {
      const held = await em.findOneOrFail(DataTransfer, leg.id)
      held.become('COMPLETED')
      held.completedAt = now
    })
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
     select i.package_id, p.path, c.status as source_status, c.bytes, c.digest, there.id is not null as there
     from data_package.data_transfer_package_item i
     join data_package.raw_data_package p on p.id = i.package_id
     left join storage.physical_copy c on c.package_id = i.package_id and c.location_id = $2 and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
     left join storage.physical_copy there on there.package_id = i.package_id and there.location_id = $3 and there.status = 'PRESENT'
     where i.transfer_package_id = $1 order by p.priority, i.package_id`,
    [leg.transferPackageId, leg.fromLocationId, leg.toLocationId],
  )
}
