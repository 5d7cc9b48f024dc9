import type { Pool } from 'pg'
import type { Census } from './census.ts'
import type { Entry } from './ledger.ts'
import type { Place } from './oracle.ts'

/* What the oracle finds in the tables, by its own SQL, and holds against the disks. */

/** How an execution stands, by its rows. */
export interface Standing {
  readonly files: number
  readonly unpackaged: number
  readonly packages: readonly string[]
  /** Packages with a verified copy, by the name of the archive. */
  readonly archived: Readonly<Record<string, number>>
  /** Copies that are anywhere but in an archive and not gone. */
  readonly elsewhere: readonly { readonly location: string; readonly status: string }[]
  readonly staged: number
  /** How the staging requests for its packages stand. */
  readonly requests: readonly string[]
  /** Work that is not over. */
  readonly open: readonly Work[]
  readonly failed: readonly Work[]
}

/** One operation, as its row tells. */
export interface Work {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly location: string
  readonly attempt: number
  readonly fence: number
  readonly leaseOwner: string | null
  readonly reason: string | null
  readonly errorCode: string | null
}

const SUBJECTS = `
  with file as (select id, package_id, path, bytes from data_package.raw_data_file where execution_id = $1),
  pkg as (select distinct package_id as id from file where package_id is not null),
  copy as (select c.* from storage.physical_copy c where c.package_id in (select id from pkg) or c.file_id in (select id from file)),
  transfer as (select t.id from storage.data_transfer t join data_package.data_transfer_package_item i on i.transfer_package_id = t.transfer_package_id
    where i.package_id in (select id from pkg)),
  work as (select o.*, l.name as location from storage.operation o join storage.data_location l on l.id = o.location_id
    where o.package_id in (select id from pkg) or o.subject_id in (select id from pkg union all select id from copy union all select id from transfer))`

/** Asks the tables how an execution stands. */
export async function standingOf(db: Pool, executionId: string): Promise<Standing> {
  const { rows } = await db.query<{ standing: Standing }>(
    `${SUBJECTS}
     select jsonb_build_object(
       'files', (select count(*) from file),
       'unpackaged', (select count(*) from file where package_id is null),
       'packages', (select coalesce(jsonb_agg(id order by id), '[]') from pkg),
       'archived', (select coalesce(jsonb_object_agg(name, n), '{}') from (select l.name, count(*) as n from copy c
          join storage.data_location l on l.id = c.location_id and l.type = 'LONG_TERM_ARCHIVE'
          where c.status = 'PRESENT' and c.verification_level >= 2 group by l.name) a),
       'elsewhere', (select coalesce(jsonb_agg(jsonb_build_object('location', l.name, 'status', c.status)), '[]') from copy c
          join storage.data_location l on l.id = c.location_id and l.type <> 'LONG_TERM_ARCHIVE' where c.status not in ('DELETED', 'QUARANTINED', 'MISSING')),
       'staged', (select count(*) from copy where status = 'STAGED'),
       'requests', (select coalesce(jsonb_agg(distinct r.status), '[]') from staging.staging_request r join staging.staged_package s on s.request_id = r.id
          where s.package_id in (select id from pkg)),
       'open', (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'state', state, 'location', location, 'attempt', attempt, 'fence', fence,
          'leaseOwner', lease_owner, 'reason', reason, 'errorCode', error_code)), '[]') from work where state in ('READY', 'RUNNING', 'WAITING')),
       'failed', (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'state', state, 'location', location, 'attempt', attempt, 'fence', fence,
          'leaseOwner', lease_owner, 'reason', reason, 'errorCode', error_code)), '[]') from work where state in ('FAILED', 'CANCELLED'))) as standing`,
    [executionId],
  )
  if (!rows[0]) throw new Error('the tables do not answer')
  return rows[0].standing
}

/** How many operations an execution took, and how many attempts of them were begun. */
export async function countWork(db: Pool, executionId: string): Promise<{ operations: number; claims: number }> {
  const { rows } = await db.query<{ operations: string; claims: string }>(
    `${SUBJECTS} select count(*) as operations, coalesce(sum(fence), 0) as claims from work`,
    [executionId],
  )
  return { operations: Number(rows[0]?.operations), claims: Number(rows[0]?.claims) }
}

interface Tools {
  readonly db: Pool
  readonly census: Census
  readonly places: Readonly<Record<string, Place>>
  readonly excused: ReadonlySet<string>
}

interface Judged {
  readonly entries: readonly Entry[]
  readonly executionId: string
  readonly minVerifiedCopies: number
}

/** What in the rows of an execution breaks an invariant, in sentences that begin with its name. */
export async function judgeRows(tools: Tools, judged: Judged): Promise<string[]> {
  return [
    ...(await judgeFiling(tools, judged)),
    ...(await judgePackages(tools, judged)),
    ...(await judgeKeys(tools.db, judged.executionId)),
    ...(await judgeCopies(tools, judged)),
    ...(await judgeDeletions(tools, judged)),
    ...(await judgeStory(tools, judged)),
    ...(await judgeWork(tools, judged)),
  ]
}

/** I7: what was acknowledged is there, each file once. */
async function judgeFiling({ db }: Tools, { entries, executionId }: Judged): Promise<string[]> {
  const { rows } = await db.query<{ path: string; bytes: string }>(
    'select path, bytes from data_package.raw_data_file where execution_id = $1',
    [executionId],
  )
  const filed = new Map(rows.map(({ path, bytes }) => [path, Number(bytes)]))
  return [
    ...entries
      .filter(({ path, bytes }) => filed.get(path) !== bytes)
      .map(({ path, bytes }) => `I7: ${path} was filed with ${bytes} bytes, and its row has ${filed.get(path) ?? 'none'}`),
    ...(rows.length === filed.size && filed.size === entries.length
      ? []
      : [`I3: ${entries.length} files were filed, and ${rows.length} have rows`]),
  ]
}

/** I3: each file is in one package, and each package holds what its rows say. */
async function judgePackages({ db, census, places, excused }: Tools, { entries, executionId }: Judged): Promise<string[]> {
  const { rows } = await db.query<{ package: string; path: string; location: string; files: string[] }>(
    `${SUBJECTS}
     select c.package_id as package, c.path, l.name as location,
       (select array_agg(f.path order by f.path collate "C") from file f where f.package_id = c.package_id) as files
     from copy c join storage.data_location l on l.id = c.location_id and l.type in ('BUFFER', 'LONG_TERM_ARCHIVE')
     where c.package_id is not null and c.status = 'PRESENT' order by 1`,
    [executionId],
  )
  const wrong: string[] = []
  const packaged = new Map<string, string>()
  for (const row of rows) {
    const root = places[row.location]?.root
    if (root === undefined || excused.has(`${row.location}/${row.path}`)) continue
    const found = await census.look(root, row.path)
    const inTar = found?.members.map(({ path }) => path).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    if (inTar?.join('\n') !== row.files.join('\n'))
      wrong.push(`I3: ${row.location}/${row.path} holds ${inTar?.join(', ') ?? 'nothing'}, and not ${row.files.join(', ')}`)
    for (const path of row.files) {
      const other = packaged.get(path)
      if (other !== undefined && other !== row.package) wrong.push(`I3: ${path} is in the packages ${other} and ${row.package}`)
      packaged.set(path, row.package)
    }
  }
  return [...wrong, ...entries.filter(({ path }) => !packaged.has(path)).map(({ path }) => `I3: ${path} is in no package that is there`)]
}

/** I3: in a bucket that is an archive, the key of a package ends with its digest, so that no key ever has other bytes. */
async function judgeKeys(db: Pool, executionId: string): Promise<string[]> {
  const { rows } = await db.query<{ location: string; path: string; digest: string | null }>(
    `${SUBJECTS}
     select l.name as location, c.path, p.digest from copy c join data_package.raw_data_package p on p.id = c.package_id
     join storage.data_location l on l.id = c.location_id and l.storage = 'S3' and l.type = 'LONG_TERM_ARCHIVE'`,
    [executionId],
  )
  return rows
    .filter(({ path, digest }) => !path.endsWith(`/${digest?.split(':')[1]}.tar`))
    .map(({ location, path, digest }) => `I3: ${location}/${path} is a key without its digest ${digest}`)
}

/** I3, I5: one live copy for each subject and place, and what is called verified is there with its bytes. */
async function judgeCopies({ db, census, places, excused }: Tools, { executionId, entries }: Judged): Promise<string[]> {
  const { rows } = await db.query<{
    location: string
    path: string
    bytes: string
    level: number
    status: string
    subject: string
    of_file: boolean
  }>(
    `${SUBJECTS}
     select l.name as location, c.path, c.bytes, c.verification_level as level, c.status, coalesce(c.package_id, c.file_id) as subject, c.file_id is not null as of_file
     from copy c join storage.data_location l on l.id = c.location_id where c.status not in ('DELETED', 'QUARANTINED', 'MISSING')`,
    [executionId],
  )
  const digests = new Map(entries.map(({ path, sha256 }) => [path, sha256]))
  const wrong: string[] = []
  const live = new Set<string>()
  for (const { location, path, bytes, level, status, subject, of_file } of rows) {
    if (live.has(`${subject} ${location}`)) wrong.push(`I3: ${subject} has two live copies at ${location}`)
    live.add(`${subject} ${location}`)
    const root = places[location]?.root
    if (root === undefined || status !== 'PRESENT' || of_file || excused.has(`${location}/${path}`)) continue
    const found = await census.look(root, path)
    const right =
      found?.fault === null && found.bytes === Number(bytes) && found.members.every(member => digests.get(member.path) === member.sha256)
    if (level >= 2 && !right)
      wrong.push(`I5: ${location}/${path} is called verified and is ${found ? (found.fault ?? 'other bytes') : 'not there'}`)
  }
  return wrong
}

/** I8: whoever was deleted has a proof of its own that names enough others, verified at the time. */
async function judgeDeletions({ db, census, places }: Tools, { executionId, minVerifiedCopies }: Judged): Promise<string[]> {
  const { rows } = await db.query<{
    id: string
    location: string
    path: string
    of_package: boolean
    proof: string | null
    policy: string | null
    operation: string | null
    domains: string
    archives: string
    own: string
  }>(
    `${SUBJECTS}
     select c.id, l.name as location, c.path, c.package_id is not null and l.type <> 'PROCESSING' as of_package, p.id as proof, y.id as policy, p.operation_id as operation,
       (select count(distinct o.failure_domain) from jsonb_array_elements(p.evidence) e
          join storage.physical_copy k on k.id = (e->>'copyId')::uuid and k.package_id = p.package_id
          join storage.data_location o on o.id = k.location_id and o.id <> c.location_id where (e->>'verificationLevel')::int >= 2) as domains,
       (select count(*) from jsonb_array_elements(p.evidence) e where e->>'type' = 'LONG_TERM_ARCHIVE') as archives,
       (select count(*) from jsonb_array_elements(p.evidence) e where (e->>'copyId')::uuid = c.id) as own
     from copy c join storage.data_location l on l.id = c.location_id
     left join storage.deletion_proof p on p.id = c.deletion_proof_id and p.location_id = c.location_id
     left join storage.retention_policy y on y.id = p.policy_id and y.location_id = c.location_id
     where c.status = 'DELETED'`,
    [executionId],
  )
  const wrong: string[] = []
  for (const row of rows) {
    const name = `I8: the deletion of ${row.location}/${row.path}`
    if (row.proof === null || row.policy === null || row.operation === null) wrong.push(`${name} has no proof, policy or work`)
    else if (Number(row.domains) < minVerifiedCopies || Number(row.archives) < 1 || Number(row.own) > 0) {
      wrong.push(`${name} relied on ${row.domains} failure domains and ${row.archives} archives`)
    }
    const root = places[row.location]?.root
    const live = root !== undefined && row.of_package && (await census.look(root, row.path)) !== null
    if (live && !(await isThereAgain(db, row))) wrong.push(`I3: ${row.location}/${row.path} is called deleted and is there`)
  }
  return wrong
}

async function isThereAgain(db: Pool, { location, path }: { location: string; path: string }): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from storage.physical_copy c join storage.data_location l on l.id = c.location_id where l.name = $1 and c.path = $2 and c.status <> 'DELETED'`,
    [location, path],
  )
  return rowCount !== 0
}

/** I8: the events of each copy and each operation are a chain without a gap that ends where the row stands, and each has a reason. */
async function judgeStory({ db }: Tools, { executionId }: Judged): Promise<string[]> {
  const { rows } = await db.query<{ what: string }>(
    `${SUBJECTS}, subject as (
       select id, 'status' as field, status as now from copy union all select id, 'state', state from work
     ), told as (
       select s.id, s.field, s.now, e.from_state, e.to_state, e.reason, e.seq,
         lag(e.to_state) over (partition by s.id order by e.seq) as before, lead(e.seq) over (partition by s.id order by e.seq) is null as last
       from subject s join storage.event e on e.subject_id = s.id and e.field = s.field
     )
     select format('I8: %s %s: event %s goes from %s to %s after %s', field, id, seq, from_state, to_state, before) as what from told
       where before is not null and from_state is distinct from before
     union all select format('I8: %s %s is %s, and its last event says %s', field, id, now, to_state) from told where last and to_state <> now
     union all select format('I8: %s %s became %s without a reason', field, id, to_state) from told where coalesce(reason, '') = ''`,
    [executionId],
  )
  return rows.map(({ what }) => what)
}

/** Where an execution has a live copy, by the names of locations. */
export async function livePlaces(db: Pool, executionId: string): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ name: string }>(
    `${SUBJECTS} select distinct l.name from copy c join storage.data_location l on l.id = c.location_id where c.status not in ('DELETED', 'QUARANTINED', 'MISSING')`,
    [executionId],
  )
  return new Set(rows.map(({ name }) => name))
}

/** I6, I10: all work is over, and what failed says why. */
async function judgeWork({ db }: Tools, { executionId }: Judged): Promise<string[]> {
  const { open, failed } = await standingOf(db, executionId)
  return [
    ...open.map(({ kind, state, location, reason }) => `I6: ${kind} at ${location} is still ${state}: ${reason}`),
    ...failed.filter(({ reason }) => !reason).map(({ kind, location }) => `I10: ${kind} at ${location} failed and does not say why`),
  ]
}
