import { openAlmagest, type Almagest, type Observation, type ObservedFile } from '@almagest/client'
import { test as base } from '../gateway/graph.ts'
import { makeTopologyInUse, type Topology } from '../make.ts'

interface Fixtures {
  readonly topology: Topology
  readonly almagest: Almagest
  /** An observation of the topology's planned one, of one minute. */
  readonly observation: Observation
}

/** A client of the whole graph, with an observatory of the test's own. */
export const test = base.extend<Fixtures>({
  topology: async ({ em, root }, use) => use(await makeTopologyInUse(em, root)),
  almagest: async ({ startGraph }, use) => use(openAlmagest({ url: (await startGraph({ trust: 'enforce' })).url })),
  observation: async ({ topology: { obsUnit, instrument } }, use) =>
    use({
      obsUnitId: obsUnit.id,
      instrument: instrument.name,
      startedAt: new Date('2026-11-21T03:00:00Z'),
      endedAt: new Date('2026-11-21T03:01:00Z'),
    }),
})

/** Files of module m1 below a folder, of one byte each. */
export function filesIn(folder: string, count: number): ObservedFile[] {
  return Array.from({ length: count }, (_, index) => ({ module: 'm1', path: `${folder}/${String(index).padStart(6, '0')}.fits`, bytes: 1 }))
}

/** What a promise is rejected with. */
export async function fault(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  )
}
