import { describe, expect } from 'vitest'
import { newId, sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { World } from '@almagest/jobs'
import { copyAt } from '../jobs/attempt.ts'
import { test } from '../jobs/bench.ts'
import { makeHeldPackage } from '../jobs/made.ts'
import { makeObservation, type Topology } from '../make.ts'

/* What PostgreSQL forbids by itself, to anybody: here nothing goes through our TypeScript. */

interface Held {
  readonly packageId: string
  readonly copyId: string
  readonly locationId: string
  readonly policyId: string
  readonly operationId: string
}

interface Proof {
  readonly packageId: string
  readonly locationId: string
  readonly policyId: string
  readonly operationId: string
}

/** A package in the buffer of Cologne, which may free it: two archives have it. */
async function hold(world: World, em: EntityManager, topology: Topology, at?: readonly DataLocation[]): Promise<Held> {
  const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
  const { pkg } = await makeHeldPackage(world, em, { topology, at: at ?? [cologneBuffer, cologneArchive, gentArchive] })
  const [row] = await sql<{ policy_id: string; operation_id: string }>(
    em,
    `select (select id from storage.retention_policy where location_id = $1 order by policy_version desc limit 1) as policy_id,
       (select id from storage.operation where package_id = $2 limit 1) as operation_id`,
    [cologneBuffer.id, pkg.id],
  )
  const copy = await copyAt(em, pkg.id, cologneBuffer)
  return {
    packageId: pkg.id,
    copyId: copy?.id ?? '',
    locationId: cologneBuffer.id,
    policyId: row?.policy_id ?? '',
    operationId: row?.operation_id ?? '',
  }
}

async function prove(em: EntityManager, { packageId, locationId, policyId, operationId }: Proof, lasts = '10 min'): Promise<string> {
  const id = newId()
  await sql(
    em,
    `insert into storage.deletion_proof (id, package_id, location_id, policy_id, operation_id, evidence, expires_at)
     values ($1, $2, $3, $4, $5, '[]', clock_timestamp() + $6::interval)`,
    [id, packageId, locationId, policyId, operationId, lasts],
  )
  return id
}

function begin(em: EntityManager, copyId: string, proofId: string | null): Promise<unknown[]> {
  return sql(em, `update storage.physical_copy set status = 'DELETION_IN_PROGRESS', deletion_proof_id = $2 where id = $1 returning id`, [
    copyId,
    proofId,
  ])
}

function become(em: EntityManager, copyId: string, status: string): Promise<unknown[]> {
  return sql(em, `update storage.physical_copy set status = $2 where id = $1 returning id`, [copyId, status])
}

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

/** What PostgreSQL says of its own trigger's refusal. */
const refused = (message: RegExp | string): object => ({
  code: 'AL001',
  message: expect.stringMatching(message) as string,
})

describe('a copy', () => {
  test('UC-6.1 is deleted by way of DELETION_IN_PROGRESS, under a proof', async ({ em, world, topology }) => {
    const held = await hold(world, em, topology)
    expect(await begin(em, held.copyId, await prove(em, held))).toHaveLength(1)
    expect(await become(em, held.copyId, 'DELETED')).toHaveLength(1)
  })

  const cases: [string, (em: EntityManager, held: Held, topology: Topology) => Promise<string | null>, RegExp][] = [
    ['without a proof', () => Promise.resolve(null), /has no deletion proof of its own/],
    ['under a proof that expired', (em, held) => prove(em, held, '-1 ms'), /the deletion proof .* has expired/],
    [
      'under the proof of another location',
      (em, held, { locations }) => prove(em, { ...held, locationId: locations.gentBuffer.id }),
      /has no deletion proof of its own/,
    ],
    [
      'under the proof of another policy',
      async (em, held, { locations }) => prove(em, { ...held, policyId: await definePolicy(em, locations.gentBuffer.id) }),
      /was made under another retention policy/,
    ],
    [
      'under the proof of a policy that changed since',
      async (em, held) => {
        const proof = await prove(em, held)
        await definePolicy(em, held.locationId)
        return proof
      },
      /was made under another retention policy/,
    ],
    [
      'where deletion is off',
      async (em, held) => {
        await sql(em, 'update storage.data_location set deletion_enabled = false where id = $1', [held.locationId])
        return prove(em, held)
      },
      /deletion is off at/,
    ],
    [
      'that others do not replace: too few copies for the policy',
      async (em, held) => prove(em, { ...held, policyId: await definePolicy(em, held.locationId, { min_verified_copies: 3 }) }),
      /2 verified copies in distinct failure domains elsewhere \(3 needed\)/,
    ],
    [
      'that others do not replace: too few archives for the policy',
      async (em, held) => prove(em, { ...held, policyId: await definePolicy(em, held.locationId, { min_archive_copies: 3 }) }),
      /2 of them archived \(3 needed\)/,
    ],
    [
      'that others do not replace: not verified as the policy wants',
      async (em, held) => prove(em, { ...held, policyId: await definePolicy(em, held.locationId, { min_verification_level: 3 }) }),
      /0 verified copies/,
    ],
    ...[
      `update storage.physical_copy set verification_level = 1 where package_id = $1 and location_id = $2`,
      `update storage.physical_copy set verified_at = null where package_id = $1 and location_id = $2`,
      `update storage.physical_copy set verified_at = now() - interval '8 d' where package_id = $1 and location_id = $2`,
      `update storage.physical_copy set status = 'QUARANTINED' where package_id = $1 and location_id = $2`,
      `update storage.physical_copy set status = 'MISSING' where package_id = $1 and location_id = $2`,
      `update storage.physical_copy set status = 'DELETION_SCHEDULED' where package_id = $1 and location_id = $2`,
      `update storage.data_location set active = false where id = $2 and $1::uuid is not null`,
      `update storage.data_location set failure_domain = (select min(l.failure_domain) from storage.physical_copy c
         join storage.data_location l on l.id = c.location_id and l.type = 'LONG_TERM_ARCHIVE' where c.package_id = $1 and l.id <> $2) where id = $2`,
    ].map((statement): (typeof cases)[number] => [
      `that others do not replace: ${statement
        .replaceAll(/\s+/g, ' ')
        .replace(/^update (\S+) set (.*) where .*$/, '$1 $2')
        .slice(0, 90)}`,
      async (em, held, { locations }) => {
        await sql(em, statement, [held.packageId, locations.gentArchive.id])
        return prove(em, held)
      },
      /1 verified copies in distinct failure domains elsewhere \(2 needed\)/,
    ]),
  ]

  test.for(cases)('UC-6.2 is not deleted %s', async ([, arrange, message], { em, world, topology }) => {
    const held = await hold(world, em, topology)
    await expect(arrange(em, held, topology).then(proof => begin(em, held.copyId, proof))).rejects.toMatchObject(refused(message))
    expect(await copyAt(em, held.packageId, topology.locations.cologneBuffer)).toMatchObject({ status: 'PRESENT', deletionProofId: null })
  })

  test('UC-6.2 whose deletion was begun gets no other proof that relies on a place that is not read', async ({ em, world, topology }) => {
    const { gentArchive } = topology.locations
    const held = await hold(world, em, topology)
    const proveBy = async (): Promise<string> => {
      const proof = newId()
      await sql(
        em,
        `insert into storage.deletion_proof (id, package_id, location_id, policy_id, operation_id, evidence, expires_at)
         select $1, $2, $3, $4, $5, jsonb_build_array(jsonb_build_object('copyId', c.id)), clock_timestamp() + interval '10 min'
         from storage.physical_copy c where c.package_id = $2 and c.location_id = $6`,
        [proof, held.packageId, held.locationId, held.policyId, held.operationId, gentArchive.id],
      )
      return proof
    }
    expect(await begin(em, held.copyId, await proveBy())).toHaveLength(1)
    await sql(em, `update storage.data_location set read_enabled = false where id = $1`, [gentArchive.id])

    await expect(proveBy().then(proof => begin(em, held.copyId, proof))).rejects.toMatchObject(
      refused('paused, draining, retired or not read'),
    )

    await sql(em, `update storage.data_location set read_enabled = true where id = $1`, [gentArchive.id])
    expect(await begin(em, held.copyId, await proveBy())).toHaveLength(1)
  })

  test('UC-6.2 is not deleted under the proof of another package', async ({ em, world, topology }) => {
    const [held, other] = [await hold(world, em, topology), await hold(world, em, topology)]
    const proof = await prove(em, other)
    await expect(begin(em, held.copyId, proof)).rejects.toMatchObject(refused('has no deletion proof of its own'))
  })

  test('UC-6.2 is not deleted if it is in no archive', async ({ em, world, topology }) => {
    const { cologneBuffer, chileBuffer, gentBuffer } = topology.locations
    const held = await hold(world, em, topology, [cologneBuffer, chileBuffer, gentBuffer])
    const proof = await prove(em, held)
    await expect(begin(em, held.copyId, proof)).rejects.toMatchObject(refused(/0 of them archived \(1 needed\)/))
  })

  test('UC-6.2 in a long-term archive is never deleted, whatever the proof, the policy and the switch', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const held = await hold(world, em, topology)
    await sql(em, 'update storage.data_location set deletion_enabled = true where id = $1', [cologneArchive.id])
    const policyId = await definePolicy(em, cologneArchive.id, { min_verified_copies: 1 })
    const proof = await prove(em, { ...held, locationId: cologneArchive.id, policyId })
    const copy = await copyAt(em, held.packageId, cologneArchive)
    for (const statement of [begin(em, copy?.id ?? '', proof), become(em, copy?.id ?? '', 'DELETED')]) {
      await expect(statement).rejects.toMatchObject(refused('is never deleted'))
    }
  })

  test('UC-6.2 becomes DELETED from DELETION_IN_PROGRESS alone', async ({ em, world, topology }) => {
    const held = await hold(world, em, topology)
    await expect(become(em, held.copyId, 'DELETED')).rejects.toMatchObject(refused('cannot become DELETED from PRESENT'))
    for (const status of ['STAGED', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_FAILED', 'QUARANTINED', 'MISSING', 'WRITING']) {
      await become(em, held.copyId, status)
      await expect(become(em, held.copyId, 'DELETED')).rejects.toMatchObject(refused(`cannot become DELETED from ${status}`))
    }
  })

  test('UC-6.2 does not begin as deleted', async ({ em, world, topology }) => {
    const { packageId } = await hold(world, em, topology)
    const locationId = topology.locations.gentBuffer.id
    for (const status of ['DELETED', 'DELETION_IN_PROGRESS']) {
      const insert = sql(
        em,
        `insert into storage.physical_copy (id, location_id, package_id, path, bytes, status) values ($1, $2, $3, $4, 1, $5)`,
        [newId(), locationId, packageId, newId(), status],
      )
      await expect(insert).rejects.toMatchObject(refused(`cannot begin as ${status}`))
    }
  })

  test('UC-6.2 of a file that is in no package, or of a transfer package, is never deleted', async ({ em, world, topology }) => {
    const { source, cologneBuffer } = topology.locations
    const held = await hold(world, em, topology)
    const { copies } = await makeObservation(em, topology, { 'alone.dat': 'in no package' })
    const sourcePolicy = await definePolicy(em, source.id)
    const proof = await prove(em, { ...held, locationId: source.id, policyId: sourcePolicy })
    await expect(begin(em, copies[0]?.id ?? '', proof)).rejects.toMatchObject(refused('has no deletion proof of its own'))

    const [bundle, copy] = [newId(), newId()]
    await sql(
      em,
      `insert into data_package.data_transfer_package (id, from_site_id, to_site_id, package_count, bytes) values ($1, $2, $3, 1, 1)`,
      [bundle, topology.sites.chile.id, topology.sites.cologne.id],
    )
    await sql(em, `insert into storage.physical_copy (id, location_id, transfer_package_id, path, bytes) values ($1, $2, $3, $4, 1)`, [
      copy,
      cologneBuffer.id,
      bundle,
      newId(),
    ])
    await expect(prove(em, held).then(proof => begin(em, copy, proof))).rejects.toMatchObject(refused('has no deletion proof of its own'))
  })

  test('UC-6.2 of a file is deleted under the proof of its package only', async ({ em, world, topology }) => {
    const { source, cologneArchive, gentArchive } = topology.locations
    const held = await hold(world, em, topology, [cologneArchive, gentArchive])
    const [file] = await sql<{ id: string }>(
      em,
      `select c.id from storage.physical_copy c join data_package.raw_data_file f on f.id = c.file_id where f.package_id = $1 and c.location_id = $2 limit 1`,
      [held.packageId, source.id],
    )
    const other = await hold(world, em, topology)
    const policyId = await definePolicy(em, source.id)
    const wrong = await prove(em, { ...other, locationId: source.id, policyId })
    await expect(begin(em, file?.id ?? '', wrong)).rejects.toMatchObject(refused('has no deletion proof of its own'))
    const proof = await prove(em, { ...held, locationId: source.id, policyId })
    expect(await begin(em, file?.id ?? '', proof)).toHaveLength(1)
  })

  test('UC-6.2 is not deleted by putting off the check to the end of the transaction', async ({ em, world, topology }) => {
    const held = await hold(world, em, topology)
    const sneak = em.fork().transactional(async em => {
      await sql(em, 'set constraints all deferred')
      await begin(em, held.copyId, null)
      await become(em, held.copyId, 'DELETED')
    })
    await expect(sneak).rejects.toMatchObject(refused('has no deletion proof of its own'))
  })

  test.for(['repeatable read', 'serializable'])(
    'UC-6.2 is not deleted in a transaction that is %s: it counts what was',
    async (level, { em, world, topology }) => {
      const held = await hold(world, em, topology)
      const proof = await prove(em, held)
      const stale = em.fork().transactional(async em => {
        await sql(em, `set transaction isolation level ${level}`)
        await begin(em, held.copyId, proof)
      })
      await expect(stale).rejects.toMatchObject(refused('under read committed only'))
    },
  )
})

describe('many who delete at once', () => {
  test('UC-6.2 leave two verified copies of every package, though none looks before it deletes', async ({ em, orm, world, topology }) => {
    const { chileBuffer, cologneBuffer, gentBuffer, cologneArchive } = topology.locations
    const buffers = [chileBuffer, cologneBuffer, gentBuffer]
    const packages: Held[] = []
    for (let count = 0; count < 15; count++) packages.push(await hold(world, em, topology, [...buffers, cologneArchive]))
    const victims: { packageId: string; locationId: string; proof: string }[] = []
    for (const { id: locationId } of buffers) {
      const policyId = await definePolicy(em, locationId)
      for (const held of packages)
        victims.push({ packageId: held.packageId, locationId, proof: await prove(em, { ...held, locationId, policyId }) })
    }
    victims.sort((a, b) => a.packageId.localeCompare(b.packageId))

    const ends = await Promise.allSettled(
      victims.map(({ packageId, locationId, proof }) =>
        orm.em.fork().transactional(async em => {
          const taken = `update storage.physical_copy set status = 'DELETION_IN_PROGRESS', deletion_proof_id = $3 where package_id = $1 and location_id = $2`
          await sql(em, taken, [packageId, locationId, proof])
          await sql(em, `update storage.physical_copy set status = 'DELETED' where package_id = $1 and location_id = $2`, [
            packageId,
            locationId,
          ])
        }),
      ),
    )

    const refusals = ends.flatMap(end => (end.status === 'rejected' ? [end.reason as unknown] : []))
    expect(refusals).toHaveLength(15)
    for (const refusal of refusals) expect(refusal).toMatchObject(refused('1 verified copies'))
    const left = await sql<{ count: number }>(
      em,
      `select count(*)::int as count from storage.physical_copy where package_id = any($1::uuid[]) and status = 'PRESENT' group by package_id`,
      [packages.map(({ packageId }) => packageId)],
    )
    expect(left.map(({ count }) => count)).toEqual(packages.map(() => 2))
  })
})

describe('what is kept for ever', () => {
  const kept = [
    'observation.executed_obs_unit',
    'data_package.raw_data_file',
    'data_package.raw_data_package',
    'storage.physical_copy',
    'storage.deletion_proof',
    'storage.retention_policy',
    'storage.event',
  ]

  test.for(kept)('%s loses no row', async (table, { em, world, topology }) => {
    const held = await hold(world, em, topology)
    await prove(em, held)
    const before = await sql(em, `select count(*)::int as count from ${table}`)
    expect(before).not.toEqual([{ count: 0 }])
    for (const statement of [`delete from ${table}`, `delete from ${table} where false`, `truncate ${table} cascade`]) {
      await expect(sql(em, statement)).rejects.toMatchObject(refused('are kept for ever'))
    }
    await expect(sql(em, `truncate ${table}`)).rejects.toThrow(/are kept for ever|referenced in a foreign key constraint/)
    expect(await sql(em, `select count(*)::int as count from ${table}`)).toEqual(before)
  })

  test('does not go with what it hangs on', async ({ em, world, topology }) => {
    const held = await hold(world, em, topology)
    await prove(em, held)
    for (const table of [
      'storage.site',
      'storage.data_location',
      'storage.operation',
      'observation.obs_unit',
      'observation.instrument_module',
    ]) {
      await expect(sql(em, `delete from ${table}`)).rejects.toMatchObject({
        code: expect.stringMatching(/^(23503|23001|AL001)$/) as string,
      })
      await expect(sql(em, `truncate ${table} cascade`)).rejects.toMatchObject(refused('are kept for ever'))
    }
  })

  test.for([
    ['storage.deletion_proof', `expires_at = now() + interval '1 year'`],
    ['storage.retention_policy', 'min_verified_copies = 1'],
    ['storage.event', `reason = 'another'`],
  ] as const)('%s keeps its values', async ([table, values], { em, world, topology }) => {
    await prove(em, await hold(world, em, topology))
    await expect(sql(em, `update ${table} set ${values}`)).rejects.toMatchObject(refused('are kept for ever'))
  })
})
