import type { Bench } from './bench.ts'
import { compare, type Result } from './measure.ts'
import { nameOf, openTars, shapesOf } from './tars.ts'

/** Unpacking a tar with every byte compared with its manifest, against tar without any check. */
export const bench: Bench = {
  about: 'unpacking a tar, every file compared with its digest, against tar xf without',
  options: {
    megabytes: { about: 'how large the packages are: one of files of 1 MB, one of files of 100 KB', default: 2_000 },
    rounds: { about: 'how often each side runs', default: 5 },
  },
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
