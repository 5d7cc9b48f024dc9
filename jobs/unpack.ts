import { DataTransfer, MOVING_ASIDE, PhysicalCopy, requestOperations, sql } from '@almagest/schema'
import { crashPoint } from './crash-point.ts'
import { verifyCopy } from './checksum.ts'
import type { Handler } from './handler.ts'

/** How often damaged packages of one transfer are sent again before a person has to look. */
const MOST_ROUNDS = 3

/** Verifies what a transfer brought, package by package, against the manifests. Only what arrived damaged is sent again. */
export const unpack: Handler = {
  concurrency: 2,

  async due(em) {
    const transfers = await em.find(
      DataTransfer,
      { status: 'COMPLETED', unpackStatus: 'PENDING' },
      { orderBy: { id: 'asc' }, limit: 1_000 },
    )
    for (const transfer of transfers) transfer.unpackBecomes('SCHEDULED')
    await em.flush()
    return requestOperations(
      em,
      transfers.map(({ id, toLocationId }) => ({ kind: 'unpack', locationId: toLocationId, subjectId: id })),
    )
  },

  async run(context) {
    const { em, claim, fenced, signal, progress, kept, log } = context
    const transfer = await em.findOneOrFail(DataTransfer, claim.subjectId)
    if (transfer.status !== 'COMPLETED' || transfer.unpackStatus === 'COMPLETED') return
    await fenced(async em => {
      const held = await em.findOneOrFail(DataTransfer, transfer.id)
      held.unpackBecomes('IN_PROGRESS')
    }, `verifying begun by worker ${context.worker}`)
    crashPoint('after-unpack-begun')

    const arrived = await sql<{ package_id: string; copy_id: string | null; bytes: string | null }>(
      em,
      `/* itemsToVerify */
       select i.package_id, c.id as copy_id, c.bytes from data_package.data_transfer_package_item i
       join data_package.raw_data_package p on p.id = i.package_id
       left join storage.physical_copy c on c.package_id = i.package_id and c.location_id = $2
         and (c.status in ('PRESENT', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED') or c.status = 'QUARANTINED' and c.status_reason like '${MOVING_ASIDE}%')
       where i.transfer_package_id = $1 order by p.priority, i.package_id`,
      [transfer.transferPackageId, transfer.toLocationId],
    )
    const total = arrived.reduce((sum, { bytes }) => sum + Number(bytes), 0)
    const lacking: string[] = []
    let done = 0
    for (const { package_id, copy_id, bytes } of arrived) {
      signal.throwIfAborted()
      const copy = copy_id ? await em.findOneOrFail(PhysicalCopy, copy_id) : null
      const known = copy !== null && copy.verificationLevel >= 2
      if (known) kept(Number(bytes))
      if (!known && (copy === null || !(await verifyCopy(context, copy, total, done)))) lacking.push(package_id)
      progress((done += Number(bytes)), total)
    }

    crashPoint('before-unpack-row')
    await fenced(
      async (em, now) => {
        const held = await em.findOneOrFail(DataTransfer, transfer.id)
        if (lacking.length === 0) {
          held.unpackBecomes('COMPLETED')
          held.unpackedAt = now
          return
        }
        held.rounds += 1
        held.become('PENDING')
        if (held.rounds % MOST_ROUNDS !== 0) held.unpackBecomes('PENDING')
        else {
          await em.flush()
          held.become('FAILED')
          held.unpackBecomes('FAILED')
        }
      },
      lacking.length > 0 ? `arrived damaged or not at all: ${lacking.join(', ')}` : 'all that arrived is what its manifests say',
    )
    if (lacking.length > 0) log.warn({ event: 'transfer.damaged', transfer: transfer.id, packages: lacking })
  },

  async failed(em, { subjectId }) {
    const transfer = await em.findOneOrFail(DataTransfer, subjectId)
    transfer.unpackBecomes('FAILED')
    await em.flush()
  },
}
