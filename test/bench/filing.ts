import pg from 'pg'
import { foldPath, newId } from '@almagest/schema'
import type { Bed } from './bench.ts'
import { post, signed, type Centre } from './centre.ts'
import { copyIn } from './copying.ts'
import { compare, timed, type Result } from './measure.ts'

const MUTATION = `mutation ($input: FileObservationInput!) { fileObservation(input: $input) { filesAdded execution { id } } }`

interface File {
  readonly module: string
  readonly path: string
  readonly bytes: number
  readonly digest: string
}

/** Filing many files in one mutation, against a bare COPY of the same rows into tables with the same indexes and nothing else. */
export async function measureFiling(
  { observationUrl, gatewayUrl, databaseUrl, topology }: Centre,
  { number, say }: Bed,
): Promise<Result[]> {
  const count = number('filed')
  const rounds = number('rounds')
  const client = new pg.Client(databaseUrl)
  await client.connect()
  await using closing = new AsyncDisposableStack()
  closing.defer(() => client.end())
  await client.query(`create table public.bare_file (like data_package.raw_data_file including defaults including indexes)`)
  await client.query(`create table public.bare_copy (like storage.physical_copy including defaults including indexes)`)

  let night = 0
  const file = async (url: string): Promise<number> => {
    const input = {
      key: newId(),
      obsUnitId: topology.obsUnit.id,
      instrument: topology.instrument.name,
      startedAt: '2026-11-21T03:00:00Z',
      endedAt: '2026-11-21T03:30:00Z',
      files: makeFiles(count, night++),
    }
    const body = JSON.stringify({ query: MUTATION, variables: { input } })
    let added = 0
    const ms = await timed(async () => {
      const headers = url === observationUrl ? signed(body) : {}
      added = (await post<{ fileObservation: { filesAdded: number } }>(url, body, headers)).fileObservation.filesAdded
    })
    if (added !== count) throw new Error(`${added} of ${count} files were filed`)
    return ms
  }
  const copy = async (): Promise<number> => {
    const { files, copies } = rowsOf(makeFiles(count, night++), topology)
    return timed(async () => {
      await client.query('begin')
      await copyIn(client, 'copy public.bare_file (id, execution_id, module_id, path, path_fold, bytes, filed_digest) from stdin', files)
      await copyIn(client, 'copy public.bare_copy (id, location_id, file_id, path, bytes, digest, status) from stdin', copies)
      await client.query('commit')
    })
  }

  const against = 'COPY of the same rows, same indexes'
  const common = { against, b: copy, rounds, target: 2, better: 'lower', say } as const
  const what = `filing ${count.toLocaleString('en')} files`
  return [
    await compare({ ...common, what, a: () => file(observationUrl) }),
    await compare({ ...common, what: `${what} through the gateway`, a: () => file(gatewayUrl) }),
  ]
}

function makeFiles(count: number, night: number): File[] {
  return Array.from({ length: count }, (_, index) => ({
    module: 'm1',
    path: `2026-11-21/run-${night}/array-${index % 7}/frame-${String(index).padStart(7, '0')}.fits`,
    bytes: 4_000_000 + index,
    digest: `blake3:${(index * 7_919 + night).toString(16).padStart(64, '0')}`,
  }))
}

/** The rows that filing would write, in the text format of COPY. */
function rowsOf(files: readonly File[], { module, obsUnit, locations }: Centre['topology']): { files: Buffer; copies: Buffer } {
  const executionId = obsUnit.id
  const rows = files.map(file => ({ ...file, id: newId() }))
  const text = (lines: string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`)
  return {
    files: text(
      rows.map(({ id, path, bytes, digest }) => `${id}\t${executionId}\t${module.id}\t${path}\t${foldPath(path)}\t${bytes}\t${digest}`),
    ),
    copies: text(
      rows.map(({ id, path, bytes, digest }) => `${newId()}\t${locations.source.id}\t${id}\t${path}\t${bytes}\t${digest}\tPRESENT`),
    ),
  }
}
