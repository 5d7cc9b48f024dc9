import { openAlmagest, PackagesDocument } from '@almagest/client'
import type { Bench } from './bench.ts'
import { openCentre, post } from './centre.ts'
import { makeRows } from './gateway.ts'
import { compare, timed } from './measure.ts'

/** How much the client adds to a query. */
export const bench: Bench = {
  about: 'A query by the client against the same query by hand, with fetch.',
  options: {
    packages: { about: 'how many packages there are', default: 200 },
    queries: { about: 'how often each side asks in a round', default: 200 },
    rounds: { about: 'how often each side is measured', default: 7 },
  },
  async run(bed) {
    await using centre = await openCentre(bed)
    await makeRows(centre.orm.em.fork(), centre.topology, bed.number('packages'))
    const almagest = openAlmagest({ url: centre.gatewayUrl })
    const [queries, rounds] = [bed.number('queries'), bed.number('rounds')]
    const body = JSON.stringify({ query: PackagesDocument.text, variables: { first: 10 } })
    const each = (work: () => Promise<unknown>) => () =>
      timed(async () => {
        for (let query = 0; query < queries; query++) await work()
      })
    return [
      await compare({
        what: `${queries} queries of ten packages`,
        against: 'the same by hand',
        a: each(() => almagest.ask(PackagesDocument, { first: 10 })),
        b: each(() => post(centre.gatewayUrl, body)),
        rounds,
        target: 1.1,
        better: 'lower',
        say: bed.say,
      }),
    ]
  },
}
