import { Outage, Refusal } from '../errors.ts'
import type { Observation, ObservedFile } from '../filing.ts'
import { idOf } from '../uuid.ts'
import type { Call } from './command.ts'
import { readFitsHeader } from '../fits/header.ts'
import { whyNot, type LeftOut, type Seen } from './folder-files.ts'
import { agree, type Said } from './metadata.ts'
import { openMemory } from './memory.ts'
import { openPlanned, type Planned } from './planned.ts'
import { translate, type Translated, type Translation } from '../fits/translation.ts'

/** An execution that is to be filed, with its files. */
export interface Execution {
  readonly observation: Observation & { readonly key: string }
  readonly files: ObservedFile[]
}

/** What became of files: what can be filed, and the outage for which others have to wait. */
export interface Executions {
  readonly executions: readonly Execution[]
  readonly away: Outage | null
}

/** How what was found becomes executions. */
export interface Planning {
  readonly call: Call
  readonly said: Said
  /** null: headers are not read. */
  readonly translation: Translation | null
  /** Finds the digest of a file; null: none is filed. */
  readonly digest: ((seen: Seen) => Promise<string>) | null
  readonly leaveOut: (left: LeftOut) => void
}

/** A position may be this far from the planned one: a scan covers a field. */
const FIELD_DEG = 5

interface Times {
  readonly startedAt: string
  readonly endedAt: string
}

interface Group {
  readonly about: Said & Translated
  startedAt: Date
  endedAt: Date
  readonly files: ObservedFile[]
}

/** The one observation that flags and metadata describe; refuses what they leave out, naming the flag. */
export async function observationOf(said: Said, call: Call): Promise<Observation & { key: string; module: string }> {
  const { instrument, module, startedAt, endedAt } = said
  const missing = Object.entries({ instrument, module, start: startedAt, end: endedAt }).find(([, value]) => value === undefined)
  if (missing) throw new Refusal('BAD_INPUT', `usage: --${missing[0]} is missing: give it, or a metadata file, or --fits`)
  if (said.obsUnit === undefined && said.target === undefined)
    throw new Refusal('BAD_INPUT', 'usage: --obs-unit is missing: give it, or --target, which is planned once for the instrument')
  if (!instrument || !module || !startedAt || !endedAt) throw new Refusal('BAD_INPUT', 'usage: something is missing')
  if (endedAt < startedAt) throw new Refusal('BAD_INPUT', `--end: ${endedAt.toISOString()} is before --start, ${startedAt.toISOString()}`)
  const planned = await openPlanned(call)({ obsUnit: said.obsUnit, target: said.target, instrument })
  return { ...complete(said, { instrument, planned, startedAt, endedAt, name: startedAt.toISOString() }), module }
}

interface Completing {
  readonly instrument: string
  readonly planned: Planned
  readonly startedAt: Date
  readonly endedAt: Date
  /** What names the execution among those of the planned observation. */
  readonly name: string
}

/** The key and the id follow from what was observed: whoever files it again files the same. */
function complete(said: Said, { instrument, planned, startedAt, endedAt, name }: Completing): Observation & { key: string } {
  const key = said.key ?? `${instrument} ${name} ${planned.id}`
  return {
    key,
    ...(said.key === undefined && { id: idOf(startedAt, key) }),
    obsUnitId: planned.id,
    instrument,
    startedAt,
    endedAt,
    ...(said.quality !== undefined && { quality: said.quality }),
    ...(said.conditions !== undefined && { conditions: said.conditions }),
    ...(said.location !== undefined && { location: said.location }),
  }
}

/** Makes executions of files by what their headers say. Those of one `observation`, or of one begin, are one; what contradicts is left out, with why. */
export function openExecutions({
  call,
  said,
  translation,
  digest,
  leaveOut,
}: Planning): (files: Iterable<Seen> | AsyncIterable<Seen>) => Promise<Executions> {
  const find = openPlanned(call)
  const memory = openMemory<Times>(call.spoolFolder, { name: 'executions', url: call.almagest.url })

  return async files => {
    const groups = new Map<string, Group>()
    for await (const seen of files) {
      try {
        await add(groups, seen)
      } catch (error) {
        leaveOut({ path: seen.path, why: whyNot(error).replace(`${seen.file}: `, '').replace(`${seen.file} `, '') })
      }
    }
    const executions: Execution[] = []
    let away: Outage | null = null
    const times = new Map<string, Times>()
    for (const [name, group] of groups) {
      try {
        executions.push(await executionOf(name, { group, times }))
      } catch (error) {
        if (error instanceof Outage) {
          away ??= error
          continue
        }
        if (!(error instanceof Refusal)) throw error
        for (const { path } of group.files) leaveOut({ path, why: error.message })
      }
    }
    if (times.size > 0 && !call.has('dry-run')) await memory.keep(Object.fromEntries(times))
    return { executions, away }
  }

  async function add(groups: Map<string, Group>, seen: Seen): Promise<void> {
    const header = translate(await readFitsHeader(seen.file), { translation: translation ?? {}, path: String(seen.file) })
    const { startedAt, endedAt, observation, module, ...rest } = header
    const { startedAt: saidStart, endedAt: saidEnd, ...others } = said
    const about: Said & Translated = agree(others, rest as Said, ['the flags or the metadata file', 'the header'])
    const [begin, end] = [saidStart ?? startedAt, saidEnd ?? endedAt]
    for (const [field, ours, theirs] of [
      ['startedAt', saidStart, startedAt],
      ['endedAt', saidEnd, endedAt],
    ] as const)
      if (ours && theirs && Math.abs(ours.getTime() - theirs.getTime()) > 1_000)
        throw new Refusal(
          'BAD_INPUT',
          `${field} is ${ours.toISOString()} by the flags or the metadata file, and ${theirs.toISOString()} by the header: nothing of it was filed`,
        )
    if (said.module !== undefined && module !== undefined && module !== said.module)
      throw new Refusal(
        'BAD_INPUT',
        `module is ${said.module} by the flags or the metadata file, and ${module} by the header: nothing of it was filed`,
      )
    const of = said.module ?? module
    const missing = Object.entries({ instrument: about.instrument, module: of, startedAt: begin, endedAt: end }).find(
      ([, value]) => value === undefined,
    )
    if (missing || !begin || !end || of === undefined)
      throw new Refusal('BAD_INPUT', `its header does not say ${missing?.[0]}: give it as a flag, or a translation`)
    const name = observation ?? begin.toISOString()
    const group = groups.get(name) ?? { about, startedAt: begin, endedAt: end, files: [] }
    for (const field of ['instrument', 'obsUnit', 'target'] as const)
      if (group.about[field] !== about[field])
        throw new Refusal('BAD_INPUT', `its ${field} is ${about[field]}, and that of other files of ${name} is ${group.about[field]}`)
    if (begin < group.startedAt) group.startedAt = begin
    if (end > group.endedAt) group.endedAt = end
    const { path, bytes } = seen
    group.files.push({ module: of, path, bytes, ...(digest && { digest: await digest(seen) }) })
    groups.set(name, group)
  }

  async function executionOf(name: string, { group, times }: { group: Group; times: Map<string, Times> }): Promise<Execution> {
    const { about, files, ...span } = group
    const { instrument = '', obsUnit, target, raDeg, decDeg, exposureS, filter, mode } = about
    if (obsUnit === undefined && target === undefined)
      throw new Refusal('BAD_INPUT', 'its header names neither a planned observation nor a target: give --obs-unit')
    const planned = await find({ obsUnit, target, instrument })
    if (raDeg !== undefined && decDeg !== undefined && planned.raDeg !== null && planned.decDeg !== null) {
      const away = separationDeg([raDeg, decDeg], [planned.raDeg, planned.decDeg])
      if (away > FIELD_DEG)
        throw new Refusal(
          'BAD_INPUT',
          `its header points ${away.toFixed(1)}° away from ${planned.source}, which was planned: RA ${raDeg}, DEC ${decDeg}`,
        )
    }
    const sky = { target, raDeg, decDeg, exposureS, filter, mode }
    const conditions = { ...Object.fromEntries(Object.entries(sky).filter(([, value]) => value !== undefined)), ...said.conditions }
    const made = complete({ ...said, conditions }, { instrument, planned, name, ...span })
    return { observation: { ...made, ...(await sameTimes(made, times)) }, files }
  }

  /** An execution keeps the times with which it was filed first, though more of its files come later; those of a new one go to `times`. */
  async function sameTimes(
    { key, startedAt, endedAt }: Observation & { key: string },
    times: Map<string, Times>,
  ): Promise<Times & { id?: string }> {
    const before = times.get(key) ?? (await memory.find(key))
    const now = before ?? { startedAt: new Date(startedAt).toISOString(), endedAt: new Date(endedAt).toISOString() }
    if (!before) times.set(key, now)
    return { ...now, ...(said.key === undefined && { id: idOf(new Date(now.startedAt), key) }) }
  }
}

/** The angle between two places on the sky, in degrees. */
function separationDeg([ra1, dec1]: readonly [number, number], [ra2, dec2]: readonly [number, number]): number {
  const rad = Math.PI / 180
  const haversine =
    Math.sin(((dec2 - dec1) * rad) / 2) ** 2 + Math.cos(dec1 * rad) * Math.cos(dec2 * rad) * Math.sin(((ra2 - ra1) * rad) / 2) ** 2
  return (2 * Math.asin(Math.min(Math.sqrt(haversine), 1))) / rad
}
