import { openAlmagest, type Almagest, type Observation, type ObservedFile } from '@almagest/client'
import type { Told } from '@almagest/client/node'
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

/** A `fetch` whose answers are cut after so many bytes, of those addresses that `of` names; tells how many it cut. */
export function cutting(bytes: number, of: (url: string) => boolean = () => true): { fetch: typeof fetch; cuts: () => number } {
  let cuts = 0
  return {
    cuts: () => cuts,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (!of(String(input))) return response
      cuts += 1
      let left = bytes
      const short = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.subarray(0, left))
          left -= chunk.length
          if (left <= 0) controller.error(new Error('cut'))
        },
      })
      return new Response(response.body?.pipeThrough(short) ?? null, response)
    },
  }
}

/** What a spool tells, as it is told. */
export function listen() {
  const filed: string[] = []
  const refused: string[] = []
  const held: string[] = []
  const told: Told = {
    onFiled: ({ key }) => filed.push(key),
    onRefused: ({ code, message }) => refused.push(`${code} ${message}`),
    onHeld: why => held.push(why),
    onLeft: ({ message }) => held.push(message),
    onDelayed: ({ message }) => held.push(message),
  }
  return { told, filed, refused, held }
}
