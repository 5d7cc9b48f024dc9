import { describe, expect } from 'vitest'
import { newId, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { copyAt } from '../jobs/attempt.ts'
import { test } from '../jobs/bench.ts'
import { makeHeldPackage } from '../jobs/made.ts'

async function definePolicy(em: EntityManager, locationId: string, fields: Readonly<Record<string, number>> = {}): Promise<string> {
  const names = Object.keys(fields)
  const [row] = await sql<{ id: string }>(
    em,
    `insert into storage.retention_policy (id, location_id, policy_version, ${['minimum_age_s', ...names].join(', ')})
     values ($1, $2, (select coalesce(max(policy_version), 0) + 1 from storage.retention_policy where location_id = $2), ${[0, ...Object.values(fields)].join(', ')})
     returning id`,
    [newId(), locationId],
  )
  return row?.id ?? ''
}

describe('the columns of', () => {
  const violates = (constraint: string): object => ({ code: '23514', constraint })

  test('a location are those of its storage', async ({ em, topology }) => {
    const insert = (storage: string, columns: Readonly<Record<string, string>>): Promise<unknown[]> =>
      sql(
        em,
        `insert into storage.data_location (id, site_id, name, type, storage, failure_domain, root, endpoint, bucket, volume_group)
         values ($1, $2, $8, 'BUFFER', $3, 'x', $4, $5, $6, $7) returning id`,
        [
          newId(),
          topology.sites.chile.id,
          storage,
          columns.root ?? null,
          columns.endpoint ?? null,
          columns.bucket ?? null,
          columns.volume ?? null,
          newId(),
        ],
      )
    for (const [storage, columns] of [
      ['DISK', { endpoint: 'e', bucket: 'b', volume: 'v' }],
      ['S3', { root: 'r', endpoint: 'e', volume: 'v' }],
      ['S3', { root: 'r', bucket: 'b', volume: 'v' }],
      ['TAPE', { root: 'r', endpoint: 'e', bucket: 'b' }],
    ] as const) {
      await expect(insert(storage, columns)).rejects.toMatchObject(violates('data_location_storage_columns'))
    }
    for (const [storage, columns] of [
      ['DISK', { root: 'r' }],
      ['S3', { endpoint: 'e', bucket: 'b' }],
      ['TAPE', { volume: 'v' }],
    ] as const) {
      const [made] = (await insert(storage, columns)) as { id: string }[]
      await sql(em, 'update storage.data_location set active = false where id = $1', [made?.id])
    }
    await expect(insert('FLOPPY', { root: 'r' })).rejects.toMatchObject({ code: '23514' })
  })

  test('a route are those of its type', async ({ em, topology }) => {
    const { chile, cologne, gent } = topology.sites
    const { chileBuffer, gentBuffer } = topology.locations
    type Route = { from?: string; to?: string; via?: string; fromLocation?: string; toLocation?: string }
    const insert = (type: string, { from = chile.id, to = gent.id, via, fromLocation, toLocation }: Route): Promise<unknown[]> =>
      sql(
        em,
        `insert into storage.data_transfer_route (id, name, type, from_site_id, to_site_id, via_site_id, from_location_id, to_location_id, active)
         values ($1, $8, $2, $3, $4, $5, $6, $7, false) returning id`,
        [newId(), type, from, to, via ?? null, fromLocation ?? null, toLocation ?? null, newId()],
      )
    const both = { fromLocation: chileBuffer.id, toLocation: gentBuffer.id }
    const wrong: [string, Route][] = [
      ['DIRECT', { to: chile.id }],
      ['DIRECT', { via: cologne.id }],
      ['DIRECT', { fromLocation: chileBuffer.id }],
      ['DIRECT', { toLocation: gentBuffer.id }],
      ['RELAY', {}],
      ['RELAY', { via: chile.id }],
      ['RELAY', { via: gent.id }],
      ['CUSTOM', {}],
      ['CUSTOM', { fromLocation: chileBuffer.id }],
      ['CUSTOM', { toLocation: gentBuffer.id }],
      ['CUSTOM', { ...both, to: chile.id }],
    ]
    for (const [type, route] of wrong) await expect(insert(type, route)).rejects.toMatchObject(violates('data_transfer_route_type_columns'))
    for (const [type, route] of [
      ['DIRECT', {}],
      ['RELAY', { via: cologne.id }],
      ['CUSTOM', both],
    ] as [string, Route][]) {
      expect(await insert(type, route)).toHaveLength(1)
    }
  })

  test('a source are those of its kind', async ({ em }) => {
    const insert = (kind: string, columns: Readonly<Record<string, number | string>>): Promise<unknown[]> =>
      sql(
        em,
        `insert into observation.source (id, name, kind, ra_deg, dec_deg, body, elevation_deg, azimuth_start_deg, azimuth_end_deg)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
        [newId(), newId(), kind, ...['ra', 'dec', 'body', 'elevation', 'start', 'end'].map(name => columns[name] ?? null)],
      )
    const wrong: [string, Record<string, number | string>][] = [
      ['FIXED', { ra: 360, dec: 0 }],
      ['FIXED', { ra: -0.1, dec: 0 }],
      ['FIXED', { ra: 0, dec: 90.1 }],
      ['FIXED', { ra: 0, dec: -90.1 }],
      ['FIXED', { ra: 0, dec: 'NaN' }],
      ['FIXED', { ra: 'NaN', dec: 0 }],
      ['CONSTANT_ELEVATION', { elevation: 91, start: 0, end: 1 }],
      ['CONSTANT_ELEVATION', { elevation: 45, start: 0 }],
      ['CONSTANT_ELEVATION', { elevation: 45, end: 0 }],
      ['SOLAR_SYSTEM', {}],
      ['FIXED', {}],
      ['FIXED', { ra: 10 }],
      ['FIXED', { dec: 10 }],
      ['CONSTANT_ELEVATION', { start: 0, end: 1 }],
    ]
    for (const [kind, columns] of wrong) {
      await expect(insert(kind, columns), `${kind} ${JSON.stringify(columns)}`).rejects.toMatchObject(violates('source_kind_columns'))
    }
    for (const [kind, columns] of [
      ['FIXED', { ra: 0, dec: -90 }],
      ['SOLAR_SYSTEM', { body: 'Moon' }],
      ['CONSTANT_ELEVATION', { elevation: 45, start: 350, end: 10 }],
    ] as [string, Record<string, number | string>][]) {
      expect(await insert(kind, columns)).toHaveLength(1)
    }
  })

  test('a retention policy are no lower than its floor', async ({ em, topology }) => {
    const { gentBuffer } = topology.locations
    for (const [name, value] of [
      ['min_verified_copies', 0],
      ['min_archive_copies', 0],
      ['min_verification_level', 1],
      ['grace_s', -1],
      ['max_verification_age_s', 0],
    ] as const) {
      await expect(definePolicy(em, gentBuffer.id, { [name]: value })).rejects.toMatchObject(violates('retention_policy_floor'))
    }
    await expect(
      sql(em, `insert into storage.retention_policy (id, location_id, policy_version, minimum_age_s) values ($1, $2, 9, -1)`, [
        newId(),
        gentBuffer.id,
      ]),
    ).rejects.toMatchObject(violates('retention_policy_floor'))
    await expect(
      sql(em, `insert into storage.retention_policy (id, location_id, policy_version) values ($1, $2, 1)`, [newId(), gentBuffer.id]),
    ).rejects.toMatchObject({ code: '23505' })
  })

  test('a copy are of one subject, and its level is one of four', async ({ em, world, topology }) => {
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [topology.locations.cologneArchive] })
    const copy = await copyAt(em, pkg.id, topology.locations.cologneArchive)
    await expect(sql(em, 'update storage.physical_copy set package_id = null where id = $1', [copy?.id])).rejects.toMatchObject(
      violates('physical_copy_one_subject'),
    )
    await expect(
      sql(em, 'update storage.physical_copy set file_id = (select id from data_package.raw_data_file limit 1) where id = $1', [copy?.id]),
    ).rejects.toMatchObject(violates('physical_copy_one_subject'))
    for (const level of [-1, 4]) {
      await expect(
        sql(em, 'update storage.physical_copy set verification_level = $2 where id = $1', [copy?.id, level]),
      ).rejects.toMatchObject(violates('physical_copy_level'))
    }
  })
})
