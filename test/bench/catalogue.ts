import type { Bench } from './bench.ts'
import { openCentre } from './centre.ts'
import { measureFiling } from './filing.ts'

/** How the catalogue takes in files and finds them again, at observatory scale. */
export const bench: Bench = {
  about: 'Filing against a bare COPY.',
  options: {
    filed: { about: 'how many files one mutation files', default: 100_000 },
    rounds: { about: 'how often each side is measured', default: 5 },
  },
  async run(bed) {
    await using centre = await openCentre(bed)
    return await measureFiling(centre, bed)
  },
}
