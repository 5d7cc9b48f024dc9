import type { Bench } from './bench.ts'
import { compare, type Result } from './measure.ts'
import { OPTIONS, nameOf, openTars, shapesOf } from './tars.ts'

/** Comparing every byte of a tar with its manifest, against reading it. */
export const bench: Bench = {
  about: 'verifying a tar, for the first time and again, against cat > /dev/null',
  options: OPTIONS,
  async run(bed) {
    const results: Result[] = []
    for (const shape of shapesOf(bed)) {
      await using tars = await openTars(bed, shape)
      await tars.pack()
      const { verify, run } = tars
      const common = { rounds: bed.number('rounds'), say: bed.say, unit: 'MB/s', better: 'higher', against: 'cat > /dev/null' } as const
      const b = () => run('cat "$tar" > /dev/null')
      const what = `verifying ${nameOf(shape)}`
      results.push(
        await compare({ ...common, what, target: 0.6, a: () => verify({ whole: false }), b }),
        await compare({ ...common, what: `${what}, and the digests of its whole`, target: 0.3, a: () => verify({ whole: true }), b }),
      )
    }
    return results
  },
}
