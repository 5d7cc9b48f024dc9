import {
  newId,
  occupies,
  Outage,
  PhysicalCopy,
  RawDataPackage,
  readable,
  requestOperations,
  sql,
  unasked,
  writable,
  type Digest,
} from '@almagest/schema'
import { crashPoint } from './crash-point.ts'
import { findSource } from './best-copy.ts'
import { counted } from './checking.ts'
import { copyPath } from './copy-path.ts'
import type { Handler } from './handler.ts'
import { recalled } from './recall.ts'
import { takeRoom } from './room.ts'
import { sidecarOf, sidecarPath } from './sidecar.ts'
import { gone } from './stores/expected.ts'
import { clearTheWay } from './stray.ts'
import { suspectSource } from './suspect.ts'
import { learn, verifyTar } from './verification.ts'

/** How often an archive is compared with the others of its site, in seconds. */
const COMPARE_S = 600

/** How many packages one sweep asks for at most. */
const AT_ONCE = 1_000

/** Copies a package from a buffer, or another archive, of the site to its LONG_TERM_ARCHIVE, re-reads every byte of it there, and writes its sidecar. */
export const archive: Handler = {
  concurrency: 2,

  async due(em) {
    const uncompared = await sql<{ id: string }>(
      em,
      `/* archivesToCompare */
       select id from storage.data_location
       where type = 'LONG_TERM_ARCHIVE' and active and (compared_at is null or compared_at <= now() - interval '${COMPARE_S} s') order by id`,
    )
    const rows = await sql<{ package_id: string; location_id: string; priority: number }>(
      em,
      `/* packagesToArchive */
       with considered as (
         select c.package_id, a.id as location_id from storage.data_location b
         join storage.data_location a on a.site_id = b.site_id and a.type = 'LONG_TERM_ARCHIVE'
         join storage.physical_copy c on c.location_id = b.id and c.status = 'PRESENT' and c.package_id is not null
         where b.type = 'BUFFER' and ${readable('b')}
         union
         select c.package_id, a.id from storage.data_location a
         join storage.physical_copy c on c.location_id = a.id and c.status in ('QUARANTINED', 'MISSING') and c.package_id is not null
         where a.type = 'LONG_TERM_ARCHIVE'
         union
         select c.package_id, a.id from storage.data_location a
         join storage.data_location b on b.site_id = a.site_id and b.id <> a.id and b.type = 'LONG_TERM_ARCHIVE' and ${readable('b')}
         join storage.physical_copy c on c.location_id = b.id and c.status = 'PRESENT' and c.package_id is not null
         where a.id = any($1::uuid[])
       )
       select p.id as package_id, a.id as location_id, p.priority from considered
       join data_package.raw_data_package p on p.id = considered.package_id and p.status = 'COMPLETED'
       join storage.data_location a on a.id = considered.location_id and ${writable('a')} and a.identified_at is not null
       where exists (select from storage.physical_copy c
                     join storage.data_location b on b.id = c.location_id and b.site_id = a.site_id and b.type in ('BUFFER', 'LONG_TERM_ARCHIVE') and ${readable('b')}
                     where c.package_id = p.id and c.status = 'PRESENT' and c.verification_level >= 2)
         and not exists (select from storage.physical_copy t where t.package_id = p.id and t.location_id = a.id and ${occupies('t')})
         and ${unasked('archive', 'p.id', 'a.id')}
       order by p.priority, p.id, a.id limit ${AT_ONCE}`,
      [uncompared.map(({ id }) => id)],
    )
    if (rows.length < AT_ONCE && uncompared.length > 0)
      await sql(em, `/* archivesCompared */ update storage.data_location set compared_at = now() where id = any($1::uuid[])`, [
        uncompared.map(({ id }) => id),
      ])
    return requestOperations(
      em,
      rows.map(({ package_id, location_id, priority }) => ({
        kind: 'archive',
        locationId: location_id,
        subjectId: package_id,
        packageId: package_id,
        priority,
      })),
    )
  },

  async run(context) {
    const { em, claim, fenced, location, stores, token, signal, progress, log } = context
    const pkg = await em.findOneOrFail(RawDataPackage, claim.subjectId)
    const there = await em.findOne(PhysicalCopy, { packageId: pkg.id, locationId: location.id, status: 'PRESENT' })
    if (there) return
    const { copy, store: from } = await findSource(context, {
      packageId: pkg.id,
      siteId: location.siteId,
      types: ['BUFFER', 'LONG_TERM_ARCHIVE'],
    })
    const to = stores.of(location)
    const path = copyPath(location, pkg)
    const wait = (await recalled(context, from, copy)) ?? (await recalled(context, to, { path }))
    if (wait) return wait
    progress(0, 2 * copy.bytes)
    await takeRoom(context, location, copy.bytes)

    await using reading = await from.read(copy.path, { signal })
    const source = { copyId: copy.id, locationId: copy.locationId, when: 'archived' }
    if (!reading) {
      const error = gone(`the copy ${copy.id} to be archived is not at its location`)
      await suspectSource(context, source, error)
      throw error
    }
    const expected = { bytes: copy.bytes, digest: copy.digest as Digest }
    const written = await to
      .write(
        path,
        counted(reading, bytes => progress(bytes)),
        { token, signal, expected },
      )
      .catch(async (error: unknown) => {
        await suspectSource(context, source, error)
        return clearTheWay(context, { error, location, path })
      })
    crashPoint('after-archive-written')
    const verdict = await verifyTar(context, {
      store: to,
      path,
      packageId: pkg.id,
      digest: written.digest,
      sha256: location.sha256,
      onBytes: bytes => progress(copy.bytes + bytes),
    })
    if (verdict.found !== 'GOOD') {
      log.error({ event: 'archive.damaged', package: pkg.id, location: location.name, verdict })
      await fenced(() => to.quarantine(path, token))
      throw new Outage(`the archived tar differs from what was written${verdict.found === 'BAD' ? `: ${verdict.reason}` : ''}`)
    }

    crashPoint('after-archive-reread')
    const sidecar = sidecarPath(path)
    if (!(await to.stat(sidecar))) {
      await to.write(sidecar, sidecarOf(em, { packageId: pkg.id, locationId: location.id, ...verdict }), {
        token: `${token}.sidecar`,
        signal,
      })
    }

    crashPoint('after-sidecar-before-row')
    await fenced(async (em, now) => {
      em.create(PhysicalCopy, {
        id: newId(),
        locationId: location.id,
        packageId: pkg.id,
        path,
        bytes: written.bytes,
        digest: written.digest,
        verificationLevel: 2,
        verifiedAt: now,
      })
      const held = await em.findOneOrFail(RawDataPackage, pkg.id)
      learn(held, verdict)
      if (held.state !== 'ARCHIVED') {
        held.reach('ARCHIVED')
        held.archivedAt = now
      }
      await em.flush()
    }, `archived at ${location.name}: every byte was read again there and is right`)
    crashPoint('after-archive-row')
  },
}
