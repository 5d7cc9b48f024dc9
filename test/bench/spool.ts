import { join } from 'node:path'
import { openAlmagest, type Observation } from '@almagest/client'
import { openSpool } from '@almagest/client/node'
import { newId } from '@almagest/schema'
import type { Bench } from './bench.ts'
import { ask, openCentre } from './centre.ts'
import { alternate, judge, timed } from './measure.ts'

const MUTATION = `mutation ($input: FileObservationInput!) { fileObservation(input: $input) { filesAdded execution { id } } }`

/** How many filings a minute the spool has to bring to the data centre. */
const A_MINUTE = 10_000

/** How fast what is filed through the spool is filed: on the disk, sent, answered. */
export const bench: Bench = {
  about: 'Filing through the durable spool against 10,000 filings a minute, and against the same calls by hand.',
  options: {
    filings: { about: 'how many observations are filed in each round', default: 1_000 },
    files: { about: 'how many files each has', default: 4 },
    rounds: { about: 'how often each side is measured', default: 3 },
  },
  async run(bed) {
    await using centre = await openCentre(bed)
    const { topology, gatewayUrl } = centre
    const [filings, files, rounds] = [bed.number('filings'), bed.number('files'), bed.number('rounds')]
    let night = 0
    const observation = (): Observation => ({
      key: newId(),
      obsUnitId: topology.obsUnit.id,
      instrument: topology.instrument.name,
      startedAt: '2026-11-21T03:00:00.000Z',
      endedAt: '2026-11-21T03:30:00.000Z',
    })
    const filesOf = (night: number, number: number) =>
      Array.from({ length: files }, (_, index) => ({ module: 'm1', path: `night-${night}/${number}/${index}.fits`, bytes: 4_000_000 }))
    const spooled = (): Promise<number> =>
      timed(async () => {
        const round = night++
        await using spool = await openSpool({ folder: join(bed.folder, 'spool'), almagest: openAlmagest({ url: gatewayUrl }) })
        for (let number = 0; number < filings; number++) await spool.file(observation(), filesOf(round, number))
        await spool.drained()
      })
    const byHand = (): Promise<number> =>
      timed(async () => {
        const round = night++
        for (let number = 0; number < filings; number++)
          await ask(gatewayUrl, MUTATION, { input: { ...observation(), files: filesOf(round, number) } })
      })
    const ms = await alternate({ a: spooled, b: byHand, rounds })
    const rate = (times: readonly number[]): number[] => times.map(ms => (filings / ms) * 60_000)
    const what = `filing through the spool, ${files} files each`
    return [
      judge({ what, against: 'the figure asked for', target: 1, better: 'higher', unit: '/min' }, { a: rate(ms.a), b: [A_MINUTE] }),
      judge(
        { what, against: 'one call after another by hand', target: 0.8, better: 'higher', unit: '/min' },
        { a: rate(ms.a), b: rate(ms.b) },
      ),
    ]
  },
}
