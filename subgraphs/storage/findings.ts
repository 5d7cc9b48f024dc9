import { z } from 'zod'
import { id, parse, transact, type Context } from '@almagest/kit'
import { Refusal, ScanFinding, sql } from '@almagest/schema'

const FindingIds = z.array(id()).min(1, 'must name at least one finding').max(1_000, 'must name at most 1000 findings')

/** Says of findings that they are nothing; doing it twice changes nothing. Refuses with NOT_FOUND unknown ones, with INVALID_TRANSITION what is resolved. */
export function dismissFindings(findingIds: readonly string[], context: Context): Promise<ScanFinding[]> {
  const ids = parse(FindingIds, findingIds, 'findingIds')
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index)
  if (twice >= 0) throw new Refusal('BAD_INPUT', `findingIds[${twice}]: ${ids[twice]} is named twice`)
  return transact(context, 'dismissFindings', async em => {
    const rows = await sql<{ id: string; resolved: boolean }>(
      em,
      `/* lockFindings */
       select id, resolved_at is not null as resolved from storage.scan_finding where id = any($1::uuid[]) order by id for update`,
      [ids],
    )
    const known = new Set(rows.map(({ id }) => id))
    const unknown = ids.filter(id => !known.has(id))
    if (unknown.length > 0) throw new Refusal('NOT_FOUND', `findingIds: there is no finding ${unknown.slice(0, 10).join(', ')}`)
    const over = rows.filter(({ resolved }) => resolved).map(({ id }) => id)
    if (over.length > 0) throw new Refusal('INVALID_TRANSITION', `findingIds: resolved already: ${over.slice(0, 10).join(', ')}`)
    await sql(
      em,
      `/* dismissFindings */ update storage.scan_finding set dismissed_at = now() where id = any($1::uuid[]) and dismissed_at is null`,
      [ids],
    )
    const found = new Map((await em.find(ScanFinding, { id: ids })).map(finding => [finding.id, finding]))
    return ids.flatMap(id => found.get(id) ?? [])
  })
}
