import type { Bed, Bench } from './bench.ts'
import { openCentre } from './centre.ts'
import { measureFiling } from './filing.ts'
import { measureFinding } from './finding.ts'
import type { Result } from './measure.ts'

/** How the catalogue takes in files and finds them again, at observatory scale. */
export const bench: Bench = {
  about:
    'Filing against a bare COPY; locating files among millions against one statement by hand; pages of many files against pages of few.',
  options: {
    filed: { about: 'how many files one mutation files', default: 100_000 },
    files: { about: 'how many files there are to find', default: 10_000_000 },
    few: { about: 'how many there are where pages should cost the same', default: 10_000 },
    located: { about: 'how many files one query locates, at most 10,000', default: 10_000 },
    pages: { about: 'how many pages are asked for in a round', default: 40 },
    rounds: { about: 'how often each side is measured', default: 5 },
  },
  async run(bed) {
    return [...(await measureFinding(bed)), ...(await filing(bed))]
  },
}

async function filing(bed: Bed): Promise<Result[]> {
  await using centre = await openCentre(bed)
  return await measureFiling(centre, bed)
}
