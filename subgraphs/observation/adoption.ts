import { transact, type Context } from '@almagest/kit'
import { ExecutedObsUnit, Refusal, sql, type FindingKind } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { findInstrument, findLocation, findModules, holdExecution, type Location } from './filing-execution.ts'
import { writeFiles } from './filing-files.ts'
import { FILES, list, readAdoption, readFiles, type Adoption } from './filing-input.ts'

/** What an adoption did. */
export interface Adopted {
  readonly execution: ExecutedObsUnit
  readonly filesAdded: number
  readonly findingsResolved: number
  readonly filedElsewhere: number
}

interface Finding {
  readonly id: string
  readonly kind: FindingKind
  readonly path: string
  readonly bytes: string | null
  readonly location_id: string
  readonly isOpen: boolean
  /** The key of the execution that a file of this path at the location is filed with; null: it is not filed. */
  readonly filingKey: string | null
}

/**
 * Files what a scan found unfiled as files of an execution, and resolves those findings, all or nothing. The same key again gives the same
 * execution; refuses what is no open UNFILED finding at that location, and with CONFLICT what was filed otherwise since the scan.
 */
export async function adoptFindings(input: unknown, context: Context): Promise<Adopted> {
  const adoption = readAdoption(input)
  return transact(context, 'adoptFindings', async em => {
    const instrument = await findInstrument(em, adoption)
    const modules = await findModules(em, instrument.id)
    if (!modules.has(adoption.module))
      throw new Refusal('NOT_FOUND', `input.module: instrument ${adoption.instrument} has no module ${JSON.stringify(adoption.module)}`)
    const location = await findLocation(em, adoption, instrument.id)
    const execution = await holdExecution(em, adoption)

    const found = await findFindings(em, adoption, location)
    const open = adoption.findingIds ? checkFindings(found, { ...adoption, findingIds: adoption.findingIds, location }) : found
    const mine = open.filter(({ filingKey }) => filingKey === null || filingKey === adoption.key)
    if (mine.length === 0 && adoption.pathPrefix !== null && execution.isNew) refusePrefix(found, adoption.pathPrefix, location)

    const where = places(mine, adoption)
    const files = mine.map(({ path, bytes }) => ({ module: adoption.module, path, bytes: Number(bytes) }))
    const filesAdded = await writeFiles(em, readFiles(files, where), { execution, instrument, modules, location, at: where })
    await resolve(em, mine)
    return {
      execution: await em.findOneOrFail(ExecutedObsUnit, execution.id),
      filesAdded,
      findingsResolved: mine.filter(({ isOpen }) => isOpen).length,
      filedElsewhere: open.length - mine.length,
    }
  })
}

/** The findings that are meant, locked in the order in which a scan writes them. */
async function findFindings(em: EntityManager, { findingIds, pathPrefix }: Adoption, { id: locationId }: Location): Promise<Finding[]> {
  const columns = `f.id, f.kind, f.path, f.bytes, f.location_id, f.resolved_at is null as "isOpen", (
       select e.filing_key from storage.physical_copy c
       join data_package.raw_data_file r on r.id = c.file_id join observation.executed_obs_unit e on e.id = r.execution_id
       where c.location_id = f.location_id and c.path = f.path and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
     ) as "filingKey"`
  if (findingIds) {
    return sql<Finding>(
      em,
      `/* findingsToAdopt */
       select ${columns} from storage.scan_finding f where f.id = any($1::uuid[]) order by f.path collate "C", f.id for update of f`,
      [findingIds],
    )
  }
  const rows = await sql<Finding>(
    em,
    `/* findingsUnder */
     select ${columns} from storage.scan_finding f
     where f.location_id = $1 and f.kind = 'UNFILED' and f.resolved_at is null and f.dismissed_at is null and starts_with(f.path, $2)
     order by f.path collate "C", f.id limit ${FILES + 1} for update of f`,
    [locationId, pathPrefix],
  )
  if (rows.length > FILES)
    throw new Refusal('BAD_INPUT', `input.pathPrefix: more than ${FILES} files were found under it: give a longer one, and adopt in parts`)
  return rows
}

/** Refuses findings that cannot be adopted, naming them; returns them in the order of the input. */
function checkFindings(
  found: readonly Finding[],
  { key, findingIds, location }: { key: string; findingIds: readonly string[]; location: Location },
): Finding[] {
  const byId = new Map(found.map(finding => [finding.id, finding]))
  const absent = findingIds.flatMap((id, index) => (byId.has(id) ? [] : [`input.findingIds[${index}]: there is no finding ${id}`]))
  if (absent.length > 0) throw new Refusal('NOT_FOUND', list(absent))
  const findings = findingIds.map(id => byId.get(id) as Finding)
  const wrong = findings.flatMap(({ id, kind, path, location_id, isOpen, filingKey }, index) => {
    const at = `input.findingIds[${index}]: ${id}, ${JSON.stringify(path.slice(0, 200))},`
    if (location_id !== location.id) return [`${at} is not at ${location.name}`]
    if (kind !== 'UNFILED') return [`${at} is ${kind}, not UNFILED`]
    if (filingKey === key) return []
    if (!isOpen) return [`${at} is resolved`]
    return []
  })
  if (wrong.length > 0) throw new Refusal('BAD_INPUT', list(wrong))
  const filed = findings.flatMap(({ path, filingKey }, index) =>
    filingKey === null || filingKey === key
      ? []
      : [`input.findingIds[${index}]: ${JSON.stringify(path)} was filed with the key ${JSON.stringify(filingKey)} since the scan`],
  )
  if (filed.length > 0) throw new Refusal('CONFLICT', list(filed))
  return findings
}

function refusePrefix(found: readonly Finding[], prefix: string, { name }: Location): never {
  const filed = found.length > 0 ? `; what was found there is filed by now` : ''
  throw new Refusal('NOT_FOUND', `input.pathPrefix: nothing unfiled under ${JSON.stringify(prefix)} was found at ${name}${filed}`)
}

/** Says where in the input a file comes from. */
function places(findings: readonly Finding[], { findingIds }: Adoption): (index: number) => string {
  return index => (findingIds ? `input.findingIds[${index}]` : `input.pathPrefix: the finding ${findings[index]?.id}`)
}

async function resolve(em: EntityManager, findings: readonly Finding[]): Promise<void> {
  const open = findings.filter(({ isOpen }) => isOpen)
  if (open.length === 0) return
  await sql(em, `/* resolveAdopted */ update storage.scan_finding set resolved_at = now() where id = any($1::uuid[])`, [
    open.map(({ id }) => id),
  ])
}
