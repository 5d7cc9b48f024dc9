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
    raDeg: number('must be at least 0 and less than 360', value => value >= 0 && value < 360),
    decDeg: between(-90, 90),
    radiusDeg: number('must be more than 0 and at most 180', value => value > 0 && value <= 180),
  })

const number = (error: string, fits: (value: number) => boolean) => z.number({ error }).refine(fits, { error })

/** What the edges of the boxes are moved outwards by, in degrees: far more than rounding, far less than matters. */
const MARGIN = 1e-9

/** What an index of positions has added to both coordinates: PostgreSQL refuses products that are too small for a double, of which zero is near. */
const SHIFT = { ra: 1, dec: 91 } as const

/** The condition that the row `s` of a source lies, as a fixed one, in a cone, its edge included: boxes that the index knows, then the distance. */
export function isInCone({ raDeg, decDeg, radiusDeg }: Cone): Part {
  const corner = (ra: number, dec: number) => part`point(${ra + SHIFT.ra}::float8, ${dec + SHIFT.dec}::float8)`
  const boxes = boxesAround({ raDeg, decDeg, radiusDeg }).map(
    ({ ra, dec }) =>
      part`point(s.ra_deg + ${raw(`${SHIFT.ra}`)}, s.dec_deg + ${raw(`${SHIFT.dec}`)}) <@ box(${corner(ra[0], dec[0])}, ${corner(ra[1], dec[1])})`,
  )
  const from = part`${decDeg + 1 - 1}::float8`
  const to = raw('(s.dec_deg + 1 - 1)')
  const turn = part`(s.ra_deg + 1 - ${raDeg + 1}::float8)`
  // The form of Vincenty for a sphere: exact for neighbours and for antipodes, where others lose half of the digits.
  const across = part`power(cosd(${to}) * sind(${turn}), 2) + power(cosd(${from}) * sind(${to}) - sind(${from}) * cosd(${to}) * cosd(${turn}), 2)`
  const along = part`sind(${from}) * sind(${to}) + cosd(${from}) * cosd(${to}) * cosd(${turn})`
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
