import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { boxesAround } from '@almagest/kit'
import { newId, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { distanceDeg } from './catalogue.ts'
import { statementsOf, test, type Json, type Served } from './serve.ts'

interface Position {
  readonly raDeg: number
  readonly decDeg: number
}

/** Positions that are easily got wrong, beside any others. */
const position: fc.Arbitrary<Position> = fc.record({
  raDeg: fc.oneof(
    fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true }),
    fc.constantFrom(0, 5e-324, 1e-7, 359.9999999, 180, 90, 270),
  ),
  decDeg: fc.oneof(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.constantFrom(0, 90, -90, 89.9999999, -89.9999999, 1e-7, -5e-324, 1e-170),
  ),
})

/** From a few milliarcseconds to the whole sky. */
const radiusDeg = fc.oneof(
  fc.double({ min: -6, max: Math.log10(180), noNaN: true }).map(exponent => Math.min(10 ** exponent, 180)),
  fc.constantFrom(1e-6, 90, 180, 179.9999999, 1),
)

/** The position at that distance and in that direction from another. */
function from({ raDeg, decDeg }: Position, distance: number, bearing: number): Position {
  const [ra, dec, d] = [raDeg, decDeg, distance].map(degrees => (degrees * Math.PI) / 180) as [number, number, number]
  const centre = [Math.cos(dec) * Math.cos(ra), Math.cos(dec) * Math.sin(ra), Math.sin(dec)] as const
  const north = [-Math.sin(dec) * Math.cos(ra), -Math.sin(dec) * Math.sin(ra), Math.cos(dec)] as const
  const east = [-Math.sin(ra), Math.cos(ra), 0] as const
  const [x, y, z] = ([0, 1, 2] as const).map(
    axis => centre[axis] * Math.cos(d) + (north[axis] * Math.cos(bearing) + east[axis] * Math.sin(bearing)) * Math.sin(d),
  ) as [number, number, number]
  const turned = (Math.atan2(y, x) * 180) / Math.PI
  return { raDeg: (turned < 0 ? turned + 360 : turned) % 360, decDeg: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI }
}

/** Makes sources at these positions; they are named by their number. */
async function makeSources(em: EntityManager, positions: readonly Position[]): Promise<void> {
  await sql(
    em,
    `insert into observation.source (id, name, kind, ra_deg, dec_deg)
     select gen_random_uuid(), n - 1, 'FIXED', ra, dec from unnest($1::float8[], $2::float8[]) with ordinality as p(ra, dec, n)`,
    [positions.map(({ raDeg }) => raDeg), positions.map(({ decDeg }) => decDeg)],
  )
}

async function namesIn(api: Served, cone: object): Promise<Set<string>> {
  const { data, errors } = await api.ask(
    'query ($cone: Cone) { sources(first: 200, filter: { cone: $cone }) { nodes { name } pageInfo { hasNextPage } } }',
    { cone },
  )
  expect(errors).toBeUndefined()
  expect(data.sources.pageInfo.hasNextPage).toBe(false)
  return new Set(data.sources.nodes.map(({ name }: Json) => name))
}

describe('a cone', () => {
  test('lies within its boxes, wherever and however large it is', () => {
    fc.assert(
      fc.property(
        position,
        radiusDeg,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
        (centre, radiusDeg, part, bearing) => {
          const { raDeg, decDeg } = from(centre, radiusDeg * part, bearing)
          const boxes = boxesAround({ ...centre, radiusDeg })
          expect(boxes.some(({ ra, dec }) => raDeg >= ra[0] && raDeg <= ra[1] && decDeg >= dec[0] && decDeg <= dec[1])).toBe(true)
        },
      ),
      { numRuns: 5_000 },
    )
  })

  test('UC-7.1 has the sources whose distance is at most its radius, at the poles and across RA 0 as well', async ({
    observationApi,
    em,
  }) => {
    const positions = fc.sample(position, { seed: 7, numRuns: 120 })
    const [near] = positions as [Position]
    // Neighbours of a few milliarcseconds, and antipodes.
    const close = [1e-6, 2e-6, 1e-5, 0.001].map((distance, index) => from(near, distance, index))
    const pole = [0, 90, 180, 270].map(raDeg => ({ raDeg, decDeg: 90 - 5e-7 }))
    const opposite = positions.slice(0, 20).map(({ raDeg, decDeg }) => ({ raDeg: (raDeg + 180) % 360, decDeg: -decDeg }))
    const all = [...positions, ...close, ...pole, ...opposite]
    await makeSources(em, all)
    await sql(em, `insert into observation.source (id, name, kind, body) values ($1, 'Jupiter', 'SOLAR_SYSTEM', 'JUPITER')`, [newId()])

    await fc.assert(
      fc.asyncProperty(fc.oneof(position, fc.constantFrom(...all)), radiusDeg, async (centre, radiusDeg) => {
        const names = await namesIn(observationApi, { ...centre, radiusDeg })
        const wrong = all.filter((source, index) => {
          const distance = distanceDeg(centre, source)
          // What lies on the edge, as far as doubles tell, may be on either side of it.
          return Math.abs(distance - radiusDeg) > 1e-11 && names.has(String(index)) !== distance <= radiusDeg
        })
        expect(wrong).toEqual([])
        expect(names.has('Jupiter')).toBe(false)
      }),
      { numRuns: 100 },
    )
    expect((await namesIn(observationApi, { raDeg: 10, decDeg: 0, radiusDeg: 180 })).size).toBe(all.length)
  })

  test('is looked for in the index', async ({ observationApi, em }) => {
    await sql(
      em,
      `insert into observation.source (id, name, kind, ra_deg, dec_deg)
       select gen_random_uuid(), 'grid ' || n, 'FIXED', (n * 7.31)::numeric % 360, -60 + n % 7 from generate_series(1, 5000) n`,
    )
    await sql(em, 'analyze observation.source')
    const texts: string[] = []
    const names = await statementsOf(() => namesIn(observationApi, { raDeg: 0, decDeg: -57, radiusDeg: 0.5 }))
    expect(names).toEqual(['sources'])
    const plan = await sql<{ 'QUERY PLAN': string }>(
      em,
      `explain select from observation.source where kind = 'FIXED' and
       (point(ra_deg + 1, dec_deg + 91) <@ box(point(360, 33), point(361, 35)) or point(ra_deg + 1, dec_deg + 91) <@ box(point(1, 33), point(2, 35)))`,
    )
    texts.push(...plan.map(row => row['QUERY PLAN']))
    expect(texts.filter(line => line.includes('Bitmap Index Scan on source_position'))).toHaveLength(2)
  })
})
