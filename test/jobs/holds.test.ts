import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DeletionProof, Hold, newId, Operation, sql, type DataLocation, type RawDataPackage } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep } from '@almagest/jobs'
import { refusal, type Answer, type Served } from '../subgraphs/serve.ts'
import { attempt, copyAt, filesAt, getOperation, pathAt, toldOf, withStore } from './attempt.ts'
import { cleanUp, definePolicy, expectKept, safe } from './deletions.ts'
import { makeHeldPackage } from './made.ts'
import { test } from './served.ts'

const WHO = { heldBy: 'the archive scientist', reason: 'under dispute' }

const HOLD = 'id heldBy reason active until releasedAt releaseReason package { id } location { id }'

const holdPackages = (api: Served, input: object): Promise<Answer> =>
  api.ask(`mutation ($input: HoldPackagesInput!) { holdPackages(input: $input) { ${HOLD} } }`, { input: { ...WHO, ...input } })

const keepCopies = (api: Served, input: object): Promise<Answer> =>
  api.ask(`mutation ($input: KeepCopiesInput!) { keepCopies(input: $input) { ${HOLD} } }`, { input: { ...WHO, ...input } })

const releaseHolds = (api: Served, holdIds: readonly string[], reason = 'settled'): Promise<Answer> =>
  api.ask(`mutation ($ids: [ID!]!, $reason: String!) { releaseHolds(holdIds: $ids, reason: $reason) { ${HOLD} } }`, {
    ids: holdIds,
    reason,
  })

const whyNot = async (api: Served, type: string, id: string): Promise<{ code: string; message: string; who: string }[]> => {
  const [found] = await api.entities(type, [id], 'whyBlocked { code message who }')
  return found.whyBlocked
}

const expectBytes = async (place: DataLocation, { path, bytes }: RawDataPackage): Promise<void> =>
  expect((await readFile(pathAt(place, path))).length).toBe(bytes)

describe('a hold on a package', () => {
  test('UC-6.2 keeps its copies until it is released, tells why, and tells its story', async ({ em, world, topology, api }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)
    const answer = await holdPackages(api, { packageIds: [made.pkg.id] })
    const [hold] = answer.data.holdPackages
    expect(hold).toEqual({
      id: expect.any(String) as string,
      ...WHO,
      active: true,
      until: null,
      releasedAt: null,
      releaseReason: null,
      package: { id: made.pkg.id },
      location: null,
    })
    await sweep(world, null)
    expect(await em.fork().count(Operation, { kind: 'cleanup' })).toBe(0)
    expect(await cleanUp(world, cologneBuffer, made.pkg.id)).toEqual({
      outcome: 'PAUSED',
      reason: 'it is held by the archive scientist: under dispute',
    })
    await expectKept(em, cologneBuffer, made)
    const operation = await getOperation(world, 'cleanup', made.pkg.id)
    expect(await whyNot(api, 'Operation', operation.id)).toEqual([
      { code: 'HELD', message: expect.stringContaining('held by the archive scientist') as string, who: 'OPERATOR' },
    ])

    const released = await releaseHolds(api, [hold.id])

    expect(released.data.releaseHolds).toMatchObject([
      { active: false, releaseReason: 'settled', releasedAt: expect.any(String) as string },
    ])
    expect((await releaseHolds(api, [hold.id], 'again')).data.releaseHolds).toMatchObject([{ releaseReason: 'settled' }])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
    expect(await toldOf(em, hold.id)).toEqual([
      { field: 'active', from_state: null, to_state: 'true', reason: 'held by the archive scientist: under dispute' },
      { field: 'active', from_state: 'true', to_state: 'false', reason: 'settled' },
    ])
    const [pkg] = await api.entities('RawDataPackage', [made.pkg.id], 'holds { nodes { id } totalCount { value } }')
    expect(pkg.holds).toEqual({ nodes: [{ id: hold.id }], totalCount: { value: 1 } })
    const listed = await api.ask(
      `query ($id: ID!) { holds(packageId: $id, active: false) { nodes { id } } hold(id: "${hold.id}") { id } }`,
      {
        id: made.pkg.id,
      },
    )
    expect(listed.data).toEqual({ holds: { nodes: [{ id: hold.id }] }, hold: { id: hold.id } })
  })

  test('UC-6.2 at one location leaves it to the others, and ends by itself when its time is over', async ({ em, world, topology, api }) => {
    const { chileBuffer, cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneBuffer, cologneArchive, gentArchive] })
    const until = '2099-01-01T00:00:00.000Z'
    const answer = await holdPackages(api, { packageIds: [made.pkg.id], locationId: cologneBuffer.id, until })
    expect(answer.data.holdPackages).toMatchObject([{ until, location: { id: cologneBuffer.id } }])
    expect((await cleanUp(world, cologneBuffer, made.pkg.id)).reason).toBe(
      `it is held by the archive scientist until ${until}: under dispute`,
    )
    expect((await cleanUp(world, chileBuffer, made.pkg.id)).outcome).toBe('DONE')

    await sql(em, `/* test: over */ update storage.hold set until = now() - interval '1 s' where package_id = $1`, [made.pkg.id])
    await sweep(world, null)

    expect(await em.fork().findOneOrFail(Hold, { packageId: made.pkg.id })).toMatchObject({
      active: false,
      releaseReason: 'its time is over',
    })
    expect((await cleanUp(world, cologneBuffer, made.pkg.id)).outcome).toBe('DONE')
  })

  test('UC-6.1 UC-6.2 that comes in the time of grace takes back the marking', async ({ em, world, topology, api }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { graceS: 600 })
    const made = await safe(world, em, topology)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_SCHEDULED' })

    await holdPackages(api, { packageIds: [made.pkg.id] })

    await expectKept(em, cologneBuffer, made)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    await expectKept(em, cologneBuffer, made)
  })

  test('UC-6.2 that comes between the proof and the unlink stops it', async ({ em, world, topology, api }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await safe(world, em, topology)
    let looks = 0
    const held = withStore(world, cologneArchive, store => ({
      async stat(path) {
        // The second look comes after the proof.
        if (++looks === 2) await holdPackages(api, { packageIds: [made.pkg.id] })
        return store.stat(path)
      },
    }))

    expect(await attempt(held, 'cleanup', made.pkg.id)).toBe('RETRY')

    expect(looks).toBe(2)
    await expectBytes(cologneBuffer, made.pkg)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    await expectBytes(cologneBuffer, made.pkg)
    expect(await em.fork().count(DeletionProof, { packageId: made.pkg.id })).toBe(1)
  })

  test('UC-6.2 is refused by field and rule', async ({ topology, em, world, api }) => {
    const made = await safe(world, em, topology)
    const id = made.pkg.id
    const absent = newId()
    const refused = async (input: object) => refusal(await holdPackages(api, { packageIds: [id], ...input }))
    expect(await refused({ packageIds: [] })).toBe('BAD_INPUT input.packageIds: must name at least one package')
    expect(await refused({ packageIds: [id, 'x'] })).toBe('BAD_INPUT input.packageIds[1]: must be a UUID')
    expect(await refused({ packageIds: [id, id.toUpperCase()] })).toBe(`BAD_INPUT input.packageIds[1]: ${id} is named twice`)
    expect(await refused({ packageIds: Array.from({ length: 10_001 }, () => id) })).toContain(
      'input.packageIds: must name at most 10000 packages',
    )
    expect(await refused({ packageIds: [absent] })).toBe(`NOT_FOUND input.packageIds: there is no package ${absent}`)
    expect(await refused({ locationId: absent })).toBe(`NOT_FOUND input.locationId: there is no location ${absent}`)
    expect(await refused({ heldBy: ' me' })).toContain('BAD_INPUT input.heldBy: must be 1 to 200 characters')
    expect(await refused({ reason: '' })).toContain('BAD_INPUT input.reason: must be 1 to 1000 characters')
    expect(await refused({ until: '2020-01-01T00:00:00Z' })).toBe('BAD_INPUT input.until: must be in the future')
    expect(refusal(await releaseHolds(api, [absent]))).toBe(`NOT_FOUND holdIds: there is no hold ${absent}`)
    expect(refusal(await releaseHolds(api, [absent], ''))).toContain('BAD_INPUT reason: must be 1 to 1000')
    expect(await em.fork().count(Hold, { packageId: id })).toBe(0)
  })
})

describe('copies that are kept', () => {
  test('UC-6.1 are what they were before, and are not asked for again until the hold is released', async ({ em, world, topology, api }) => {
    const { source, chileBuffer, cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    await definePolicy(em, source, { graceS: 600 })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    const [copy] = made.fileCopies
    const statusOf = async () => (await api.ask(`{ physicalCopy(id: "${copy?.id}") { status } }`)).data.physicalCopy.status
    expect(await statusOf()).toBe('DELETION_SCHEDULED')

    const answer = await keepCopies(api, { copyIds: made.fileCopies.map(({ id }) => id) })

    expect(answer.data.keepCopies).toMatchObject([{ package: { id: made.pkg.id }, location: { id: source.id } }])
    expect(await statusOf()).toBe('DELETION_POSSIBLE')
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await statusOf()).toBe('DELETION_POSSIBLE')
    expect((await filesAt(source)).length).toBe(3)
    expect(refusal(await keepCopies(api, { copyIds: [copy?.id] }))).toBe(
      `INVALID_TRANSITION input.copyIds: copy ${copy?.id} is DELETION_POSSIBLE: only what is DELETION_SCHEDULED or DELETION_IN_PROGRESS can be kept`,
    )
    const absent = newId()
    expect(refusal(await keepCopies(api, { copyIds: [absent] }))).toBe(`NOT_FOUND input.copyIds: there is no copy ${absent}`)
    await definePolicy(em, source, { graceS: 0 })
    await releaseHolds(api, [answer.data.keepCopies[0].id])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await filesAt(source)).toEqual([])
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toBeNull()
  })
})

describe('what a proof relies on', () => {
  async function prove(em: EntityManager, packageId: string, { id }: DataLocation, relied: readonly string[]): Promise<string> {
    const proofId = newId()
    await sql(
      em,
      `/* test: proof */
       insert into storage.deletion_proof (id, package_id, location_id, policy_id, operation_id, evidence, expires_at)
       select $1, $2, $3, (select id from storage.retention_policy where location_id = $3), (select id from storage.operation limit 1), $4::jsonb,
         clock_timestamp() + interval '10 min'`,
      [proofId, packageId, id, JSON.stringify(relied.map(copyId => ({ copyId })))],
    )
    return proofId
  }
  const begin = (em: EntityManager, copyId: string, proofId: string) =>
    sql(em, `/* test: begin */ update storage.physical_copy set status = 'DELETION_IN_PROGRESS', deletion_proof_id = $2 where id = $1`, [
      copyId,
      proofId,
    ])

  test('UC-6.2 cannot be marked or authorised by another proof before that deletion is over', async ({ em, world, topology }) => {
    const { chileBuffer, cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneBuffer, cologneArchive, gentArchive] })
    const [victim, relied] = [await copyAt(em, made.pkg.id, chileBuffer), await copyAt(em, made.pkg.id, cologneBuffer)]
    const first = await prove(em, made.pkg.id, chileBuffer, [relied?.id ?? ''])
    await begin(em, victim?.id ?? '', first)
    const second = await prove(em, made.pkg.id, cologneBuffer, [])

    await expect(begin(em, relied?.id ?? '', second)).rejects.toMatchObject({
      code: 'AL001',
      message: expect.stringContaining(`the deletion proof ${first} relies on it`) as string,
    })
    expect(await cleanUp(world, cologneBuffer, made.pkg.id)).toEqual({
      outcome: 'PAUSED',
      reason: `the deletion at ${chileBuffer.name} relies on it`,
    })
    await sql(em, `/* test: over */ update storage.physical_copy set status = 'DELETED' where id = $1`, [victim?.id])
    expect((await cleanUp(world, cologneBuffer, made.pkg.id)).outcome).toBe('DONE')
  })

  test('UC-6.2 a held package is not deleted by anybody, whatever proof they bring', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)
    em.create(Hold, { id: newId(), packageId: made.pkg.id, ...WHO })
    await em.flush()
    const proof = await prove(em, made.pkg.id, cologneBuffer, [])
    await expect(begin(em, (await copyAt(em, made.pkg.id, cologneBuffer))?.id ?? '', proof)).rejects.toMatchObject({
      code: 'AL001',
      message: expect.stringContaining('is held by the archive scientist: under dispute') as string,
    })
  })
})
