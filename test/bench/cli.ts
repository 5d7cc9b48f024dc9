import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../checks.ts'
import type { Bench } from './bench.ts'
import { openCentre } from './centre.ts'
import { alternate, judge, timed } from './measure.ts'

/** How long the command line may take to answer. */
const START_MS = 300

/** How long the command line takes from its start to its end. */
export const bench: Bench = {
  about: 'The command line, from its start to its end, against 300 ms, and against Node that does nothing.',
  options: { rounds: { about: 'how often each side is measured', default: 15 } },
  async run(bed) {
    await using centre = await openCentre(bed)
    const env = { PATH: process.env.PATH ?? '', ALMAGEST_URL: centre.gatewayUrl, ALMAGEST_SPOOL: join(bed.folder, 'spool') }
    const node =
      (...args: string[]) =>
      () =>
        timed(() => promisify(execFile)(process.execPath, args, { env }))
    const main = join(ROOT, 'client/cli/almagest.mjs')
    const nothing = node('-e', '0')
    const results = []
    for (const args of [['--help'], ['sites'], ['spool']]) {
      const ms = await alternate({ a: node(main, ...args), b: nothing, rounds: bed.number('rounds') })
      const question = { what: `almagest ${args.join(' ')}`, better: 'lower' } as const
      results.push(judge({ ...question, against: 'the figure asked for', target: 1 }, { a: ms.a, b: [START_MS] }))
      results.push(judge({ ...question, against: 'node that does nothing', target: 6 }, ms))
    }
    return results
  },
}
