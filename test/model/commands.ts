import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import type fc from 'fast-check'
import { expect } from 'vitest'
import { newId, planPackages, RawDataPackage, requestOperations, retryOperation, sql, type JobName } from '@almagest/schema'
import { claim, fenced, perform, renew, sweep, type Outcome, type World } from '@almagest/jobs'
import { getOperation, loseClaims, makeDue, pathAt, withStore } from '../jobs/attempt.ts'
import { definePolicy } from '../jobs/deletions.ts'
import { makeObservation, makeWorld } from '../make.ts'
import { check, copyOf, mayGo, relied, workAt, type Done, type Model } from './model.ts'
import { digestOf, PLACES, type Place, type Real, type Work } from './real.ts'

export type Command = fc.AsyncCommand<Model, Real>

const never = new AbortController().signal

/** A command that looks at everything when it is done. */
function command(name: string, may: (model: Model) => boolean, act: (model: Model, real: Real) => Promise<Done | void>): Command {
  return {
    check: may,
    async run(model, real) {
      await check(model, real, (await act(model, real)) ?? {})
    },
    toString: () => name,
  }
}

const some = ({ packages }: Model): boolean => packages.size > 0

/** One of the packages there are. */
function packageAt({ packages }: Model, index: number): string {
  return [...packages.keys()][index % packages.size] ?? ''
}

/** Files an execution with one file. */
export const file = (): Command =>
  command(
    'file',
    ({ filed, packages }) => filed.length + packages.size < 3,
    async (model, { em, topology }) => {
      const inner = em.fork()
      const name = `${newId()}.dat`
      const { execution } = await makeObservation(inner, topology, { [name]: `the bytes of ${name}` })
      model.filed.push(execution.id)
    },
  )

/** Packages what was filed, and remembers what the tar is. */
export const pack = (): Command =>
  command(
    'package',
    ({ filed }) => filed.length > 0,
    async (model, { em, world, places }) => {
      const executionId = model.filed.shift() ?? ''
      // A sweep may have planned it already.
      await em.fork().transactional(em => planPackages(em, { executionId }))
      const { id: planned } = await em.fork().findOneOrFail(RawDataPackage, { executionId })
      const { id } = await getOperation(world, 'packaging', planned)
      await makeDue(world, id)
      expect(await perform(world, id, never)).toBe('DONE')
      const pkg = await em.fork().findOneOrFail(RawDataPackage, planned)
      const digest = digestOf(await readFile(pathAt(places.buffer, pkg.path)))
      model.packages.set(pkg.id, { path: pkg.path, digest })
      return { touched: [id] }
    },
  )

interface Subject {
  readonly kind: JobName
  readonly packageId: string
  readonly subjectId: string
  readonly place: Place
}

/** Asks for work if nobody has, and performs it; null if it FAILED or was CANCELLED before. */
async function work(
  { em }: Real,
  { kind, packageId, subjectId, place }: Subject,
  { world, places }: { world: World; places: Real['places'] },
): Promise<{ id: string; outcome: Outcome } | null> {
  const locationId = places[place].id
  await requestOperations(em.fork(), [{ kind, locationId, subjectId, packageId }])
  const [open] = await sql<Work>(
    em.fork(),
    `/* test: open */ select id, state from storage.operation where kind = $1 and subject_id = $2 and location_id = $3 and state in ('READY', 'WAITING', 'RUNNING')`,
    [kind, subjectId, locationId],
  )
  if (!open) return null
  await makeDue(world, open.id)
  return { id: open.id, outcome: await perform(world, open.id, never) }
}

const touching = (done: { id: string } | null): Done => ({ touched: done ? [done.id] : [] })

/** Reads a copy again: good bytes are verified, others set aside, and what is not there is MISSING. */
export const verify = (index: number, place: Place): Command =>
  command(`verify ${index} at ${place}`, some, async (model, real) => {
    const packageId = packageAt(model, index)
    const copy = copyOf(model, real, packageId, place)
    if (!copy) return
    const lay = model.seen.bytes.get(packageId)?.[place] ?? 'NONE'
    const done = await work(real, { kind: 'checksum', packageId, subjectId: copy.id, place }, real)
    if (done?.outcome === 'DONE' && copy.status === 'PRESENT') {
      const [now] = await sql<{ status: string; level: number }>(
        real.em.fork(),
        `/* test: now */ select status, verification_level as level from storage.physical_copy where id = $1`,
        [copy.id],
      )
      const expected = {
        GOOD: { status: 'PRESENT', level: 2 },
        BAD: { status: 'QUARANTINED', level: 0 },
        NONE: { status: 'MISSING', level: 0 },
      }
      expect(now, `${lay} bytes were read`).toEqual(expected[lay])
    }
    return touching(done)
  })

/** Copies a package to an archive; with nothing good to copy from it waits. */
export const archive = (index: number, place: 'first' | 'second'): Command =>
  command(`archive ${index} at ${place}`, some, async (model, real) => {
    const packageId = packageAt(model, index)
    const there = copyOf(model, real, packageId, place)
    const done = await work(real, { kind: 'archive', packageId, subjectId: packageId, place }, real)
    if (done?.outcome === 'DONE' && !there) {
      const lay = model.seen.bytes.get(packageId)
      expect(
        PLACES.some(from => lay?.[from] === 'GOOD'),
        'it was copied from something good',
      ).toBe(true)
    }
    return touching(done)
  })

/** Marks, authorises and deletes, as far as the policy lets it in one go; where everything is as it should be, it has to. */
export const cleanUp = (index: number): Command =>
  command(`clean up ${index}`, some, async (model, real) => {
    const packageId = packageAt(model, index)
    const copy = copyOf(model, real, packageId, 'buffer')
    const lies = model.seen.bytes.get(packageId)
    const isWhole = lies?.buffer !== 'NONE' && lies?.first !== 'NONE' && lies?.second !== 'NONE'
    const must = mayGo(model, real, packageId) && isWhole && /^(PRESENT|DELETION_SCHEDULED)$/.test(copy?.status ?? '')
    const isClosed = model.seen.closed.has(real.places.buffer.id)
    const done = await work(real, { kind: 'cleanup', packageId, subjectId: packageId, place: 'buffer' }, real)
    if (done && must && !isClosed) {
      const { grace, trash } = model.policy
      expect(done.outcome, 'what is safe elsewhere goes').toBe(grace || trash ? 'PAUSED' : 'DONE')
      const [now] = await sql<{ status: string }>(
        real.em.fork(),
        `/* test: now */ select status from storage.physical_copy where id = $1`,
        [copy?.id],
      )
      expect(now?.status).toBe(grace ? 'DELETION_SCHEDULED' : trash ? 'DELETION_IN_PROGRESS' : 'DELETED')
    }
    return touching(done)
  })

/** Puts another policy in force. */
export const decree = (grace: boolean, trash: boolean): Command =>
  command(
    `policy ${grace ? 'with' : 'without'} grace, ${trash ? 'with' : 'without'} trash`,
    () => true,
    async (model, { em, places }) => {
      await definePolicy(em, places.buffer, { graceS: grace ? 600 : 0, trashS: trash ? 600 : 0 })
      model.policy = { grace, trash }
    },
  )

/** Time goes by: what was verified is of last week, what is in the trash is long there. */
export const tick = (place: Place): Command =>
  command(`tick at ${place}`, some, async (_, { em, places }) => {
    await sql(
      em.fork(),
      `/* test: tick */ update storage.physical_copy set verified_at = verified_at - interval '8 days', trashed_at = trashed_at - interval '1 hour' where location_id = $1`,
      [places[place].id],
    )
  })

/** Bytes of a copy rot, or all of them go, and nobody is told. */
export const harm = (index: number, place: Place, by: 'rot' | 'loss'): Command =>
  command(
    `${by} of ${index} at ${place}`,
    model => some(model) && model.harmed < 3,
    async (model, { places }) => {
      const packageId = packageAt(model, index)
      if (model.seen.bytes.get(packageId)?.[place] !== 'GOOD') return
      const path = pathAt(places[place], model.packages.get(packageId)?.path ?? '')
      model.harmed += 1
      if (by === 'loss') await rm(path)
      else {
        const bytes = await readFile(path)
        bytes.writeUInt8(bytes.readUInt8(600) ^ 1, 600)
        await chmod(path, 0o644)
        await writeFile(path, bytes)
      }
      return { harmed: { packageId, place } }
    },
  )

/** An operator holds a package: it is marked no longer. */
export const hold = (index: number): Command =>
  command(`hold ${index}`, some, async (model, real) => {
    const packageId = packageAt(model, index)
    const input = { packageIds: [packageId], heldBy: 'an operator', reason: 'under dispute' }
    const held = (await real.operate('holdPackages', { input })) as readonly { id: string }[]
    model.holds.set(packageId, [...(model.holds.get(packageId) ?? []), ...held.map(({ id }) => id)])
  })

/** An operator releases all holds of a package. */
export const release = (index: number): Command =>
  command(`release ${index}`, some, async (model, { operate }) => {
    const packageId = packageAt(model, index)
    const holdIds = model.holds.get(packageId) ?? []
    if (holdIds.length === 0) return
    await operate('releaseHolds', { holdIds, reason: 'settled' })
    model.holds.set(packageId, [])
  })

/** An operator undoes a deletion: what was only marked is PRESENT again at once, what is in no deletion is refused. */
export const undo = (index: number): Command =>
  command(`undo ${index}`, some, async (model, real) => {
    const packageId = packageAt(model, index)
    const copy = copyOf(model, real, packageId, 'buffer')
    if (!copy) return
    const input = { copyIds: [copy.id], heldBy: 'an operator', reason: 'wanted' }
    const answer = await real.operate('keepCopies', { input })
    if (!/^DELETION_(SCHEDULED|IN_PROGRESS)$/.test(copy.status)) {
      expect(answer).toContain('INVALID_TRANSITION')
      return
    }
    const held = answer as readonly { id: string }[]
    model.holds.set(packageId, [...(model.holds.get(packageId) ?? []), ...held.map(({ id }) => id)])
    const [now] = await sql<{ status: string }>(real.em.fork(), `/* test: now */ select status from storage.physical_copy where id = $1`, [
      copy.id,
    ])
    expect(now?.status).toBe(copy.status === 'DELETION_SCHEDULED' ? 'PRESENT' : 'DELETION_IN_PROGRESS')
  })

/** A worker claims and is killed; nobody else gets the work before the lease is over. */
export const crash = (index: number): Command =>
  command(`crash ${index}`, some, async (model, { world }) => {
    const found = workAt(model, index)
    if (!found || !/^(READY|WAITING)$/.test(found.state)) return
    await makeDue(world, found.id)
    const held = await claim(world, found.id)
    if (!held) return
    expect(held.fence).toBe(found.fence + 1)
    expect(await perform(makeWorld(world.orm), found.id, never)).toBe('NOTHING')
    return { touched: [found.id] }
  })

/** A worker is taken over and wakes up: it writes nothing, neither by its own hand nor by that of its handler. */
export const zombie = (index: number): Command =>
  command(`zombie ${index}`, some, async (model, real) => {
    const { world, places } = real
    const found = workAt(model, index)
    if (!found || !/^(READY|WAITING)$/.test(found.state)) return
    await makeDue(world, found.id)
    const held = await claim(world, found.id)
    if (!held) return
    await makeDue(world, found.id)
    let slow: World = makeWorld(world.orm)
    for (const place of Object.values(places)) {
      slow = withStore(slow, place, store => ({
        async stat(path) {
          await loseClaims(world)
          return store.stat(path)
        },
        async read(...given) {
          await loseClaims(world)
          return store.read(...given)
        },
      }))
    }
    const copies = () =>
      sql(
        world.orm.em.fork(),
        `/* test: rows */ select id, status, verification_level, verified_at from storage.physical_copy where package_id = $1 and $2::text <> 'cleanup' order by id`,
        [found.package_id, found.kind],
      )
    const before = await copies()
    const outcome = await perform(slow, found.id, never)
    if (outcome === 'NOTHING') expect(await copies()).toEqual(before)
    await expect(fenced(world, held, { write: () => Promise.resolve('written') })).rejects.toThrow('was taken over by another worker')
    expect(await renew(world, held, { done: 1, total: null, bytesS: null, leftS: null, needs: null })).toBe(false)
    return { touched: [found.id] }
  })

/** An operator tries work again: READY if it had ended badly or waits, else refused. */
export const retry = (index: number): Command =>
  command(`retry ${index}`, some, async (model, { em }) => {
    const found = workAt(model, index)
    if (!found) return
    const tried = retryOperation(em.fork(), found.id).then(
      () => 'READY',
      (error: unknown) => (error as { code: string }).code,
    )
    expect(await tried).toBe(/^(FAILED|CANCELLED|WAITING)$/.test(found.state) ? 'READY' : 'INVALID_TRANSITION')
    return { touched: [found.id] }
  })

/** An operator cancels work: CANCELLED unless it is DONE. */
export const cancel = (index: number): Command =>
  command(`cancel ${index}`, some, async (model, { operate }) => {
    const found = workAt(model, index)
    if (!found) return
    const answer = await operate('cancelOperation', { operationId: found.id }, 'state')
    if (found.state === 'DONE') expect(answer).toContain('INVALID_TRANSITION')
    else expect(answer).toEqual({ state: 'CANCELLED' })
    return { touched: [found.id] }
  })

/** A sweep asks for what is due; it performs nothing. */
export const sweepOnce = (): Command =>
  command('sweep', some, async (_, { world }) => {
    expect(await sweep(world, null)).toBe(true)
  })

/** Whether a package is safe in both archives: what the runs should come to often enough. */
export function isSafe(model: Model, real: Real): boolean {
  return [...model.packages.keys()].some(id => relied(model.seen, real, id).length === 2)
}
