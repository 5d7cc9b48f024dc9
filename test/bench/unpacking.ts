import type { Bench } from './bench.ts'
import { compare, type Result } from './measure.ts'
import { OPTIONS, nameOf, openTars, shapesOf } from './tars.ts'

/** Unpacking a tar with every byte compared with its manifest, against tar without any check. */
export const bench: Bench = {
  about: 'unpacking a tar, every file compared with its digest, against tar xf without',
  options: OPTIONS,
  async run(bed) {
    const results: Result[] = []
    for (const shape of shapesOf(bed)) {
      await using tars = await openTars(bed, shape)
      await tars.pack()
      const { unpack, run } = tars
      const common = { rounds: bed.number('rounds'), say: bed.say, unit: 'MB/s', better: 'higher', a: unpack } as const
      const b = () => run('tar -xf "$tar"')
      results.push(await compare({ ...common, what: `unpacking ${nameOf(shape)}`, against: 'tar xf', target: 1, b }))
    }
    return results
  },
}
