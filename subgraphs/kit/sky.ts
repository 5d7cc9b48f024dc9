import { z } from 'zod'
import { between } from './input.ts'
import { every, joined, part, raw, type Part } from './part.ts'

/** A circle on the sky (ICRS): its centre and its radius in degrees. */
export interface Cone {
  readonly raDeg: number
  readonly decDeg: number
  readonly radiusDeg: number
}

/** The input of a cone: a right ascension of 0 to less than 360, a declination of -90 to 90, a radius of more than 0 and up to 180 degrees. */
export const cone = () =>
  z.object({
    raDeg: between(0, 360).refine(value => value < 360, { error: 'must be less than 360' }),
    decDeg: between(-90, 90),
    radiusDeg: between(0, 180).refine(value => value > 0, { error: 'must be more than 0' }),
  })

/** What the edges of the boxes are moved outwards by, in degrees: far more than rounding, far less than matters. */
const MARGIN = 1e-9

/** The condition that the row `s` of a source lies, as a fixed one, in a cone, its edge included: boxes that the index knows, then the distance. */
export function isInCone({ raDeg, decDeg, radiusDeg }: Cone): Part {
  const boxes = boxesAround({ raDeg, decDeg, radiusDeg }).map(
    ({ ra, dec }) =>
      part`point(s.ra_deg, s.dec_deg) <@ box(point(${ra[0]}::float8, ${dec[0]}::float8), point(${ra[1]}::float8, ${dec[1]}::float8))`,
  )
  // The form of Vincenty for a sphere: exact for neighbours and for antipodes, where others lose half of the digits.
  const across = part`power(cosd(s.dec_deg) * sind(s.ra_deg - ${raDeg}::float8), 2) + power(
    cosd(${decDeg}::float8) * sind(s.dec_deg) - sind(${decDeg}::float8) * cosd(s.dec_deg) * cosd(s.ra_deg - ${raDeg}::float8), 2)`
  const along = part`sind(${decDeg}::float8) * sind(s.dec_deg) + cosd(${decDeg}::float8) * cosd(s.dec_deg) * cosd(s.ra_deg - ${raDeg}::float8)`
  return every([raw(`s.kind = 'FIXED'`), part`(${joined(boxes, ' or ')})`, part`atan2d(sqrt(${across}), ${along}) <= ${radiusDeg}::float8`])
}

interface Box {
  readonly ra: readonly [number, number]
  readonly dec: readonly [number, number]
}

/** One or two boxes in right ascension and declination that hold all of a cone. */
export function boxesAround({ raDeg, decDeg, radiusDeg }: Cone): Box[] {
  const dec = [Math.max(decDeg - radiusDeg - MARGIN, -90), Math.min(decDeg + radiusDeg + MARGIN, 90)] as const
  if (Math.abs(decDeg) + radiusDeg + MARGIN >= 90) return [{ ra: [0, 360], dec }]
  const width = toDegrees(Math.asin(Math.min(Math.sin(toRadians(radiusDeg)) / Math.cos(toRadians(decDeg)), 1))) + MARGIN
  const [from, to] = [raDeg - width, raDeg + width]
  if (to - from >= 360) return [{ ra: [0, 360], dec }]
  if (from < 0)
    return [
      { ra: [from + 360, 360], dec },
      { ra: [0, to], dec },
    ]
  if (to >= 360)
    return [
      { ra: [from, 360], dec },
      { ra: [0, to - 360], dec },
    ]
  return [{ ra: [from, to], dec }]
}

function toRadians(degrees: number): number {
  return (degrees * Math.PI) / 180
}

function toDegrees(radians: number): number {
  return (radians * 180) / Math.PI
}
