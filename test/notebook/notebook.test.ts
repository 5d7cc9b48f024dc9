import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, inject } from 'vitest'
import { fileObservation, makeTopology, observe, openClient, startSystem, type Ask, type Topology } from '@almagest/gateway/local'
import { openDigest } from '@almagest/jobs'
import { test as base } from '../fixtures.ts'
import { findJupyter, MODULE, runPython, tryPython } from './jupyter.ts'

const { python, why } = await tryPython(findJupyter)
const NOTEBOOK = join(MODULE, '../notebook/observation.ipynb')

/** A cell of a notebook that was executed, as far as it is looked at here. */
interface Cell {
  readonly cell_type: string
  readonly execution_count?: number | null
  readonly outputs?: readonly {
    readonly output_type: string
    readonly text?: readonly string[]
    readonly evalue?: string
    readonly data?: { readonly 'image/png'?: string }
  }[]
}

interface Centre {
  readonly url: string
  readonly ask: Ask
  readonly topology: Topology
}

/** A whole data centre with its demo topology, and the notebook executed against it. */
const test = base.extend<{ centre: Centre; execute: (...options: string[]) => Promise<readonly Cell[]> }>({
  centre: async ({ databaseUrl, prefix, root }, use) => {
    const options = { home: root, port: 0, databaseUrl, redisUrl: inject('redis'), path: '', prefix }
    await using system = await startSystem({ ...options, log: pino({ level: process.env.TEST_LOG ?? 'silent' }) })
    const ask = openClient(system.url)
    const topology = await makeTopology(ask, join(root, 'sites'))
    for (const site of topology.sites) await system.serve(site)
    await use({ url: system.url, ask, topology })
  },
  execute: async ({ centre, root }, use) => {
    const folder = join(root, 'notebook')
    await mkdir(folder)
    await copyFile(NOTEBOOK, join(folder, 'observation.ipynb'))
    await copyFile(join(MODULE, 'almagest.py'), join(folder, 'almagest.py'))
    await use(async (...options) => {
      if (!python) throw new Error('there is no Jupyter')
      const convert = ['-m', 'nbconvert', '--to', 'notebook', '--execute', '--output', 'executed.ipynb', ...options, 'observation.ipynb']
      const { status, err } = await runPython(python, convert, { home: folder, ALMAGEST_URL: centre.url, USER: 'a scientist' })
      expect(status, err).toBe(0)
      return (JSON.parse(await readFile(join(folder, 'executed.ipynb'), 'utf8')) as { cells: Cell[] }).cells
    })
  },
})

const said = (cells: readonly Cell[]): string[] =>
  cells.filter(({ cell_type }) => cell_type === 'code').map(({ outputs = [] }) => outputs.flatMap(({ text = [] }) => text).join(''))

const digestOf = (bytes: Buffer): string => {
  const digest = openDigest()
  digest.update(bytes)
  return digest.done()
}

/** Makes the observations: one at Orion that goes its way, one there that has no way to go, one a month ago, one elsewhere on the sky. */
async function tellStory({ ask, topology }: Centre) {
  const { sources, obsUnits } = topology
  const begun = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000)
  const plan = { target: { name: 'Orion KL', raDeg: 83.8097, decDeg: -5.3725 }, startedAt: begun, seconds: 60, seed: 1, digest: digestOf }
  const files = await observe(sources['prime-cam'], { ...plan, instrument: 'prime-cam', filesPerModule: 2, bytesPerFile: 1_500_000 })
  const after = (ms: number): Date => new Date(begun.getTime() + ms)
  const whole = { instrument: 'prime-cam', obsUnitId: obsUnits['prime-cam'], startedAt: begun, endedAt: after(60_000), files } as const
  const id = await fileObservation(ask, whole)
  await expect.poll(() => statesOf(ask, id), { interval: 200 }).toEqual(['ARCHIVED', 'ARCHIVED'])

  const { dataTransferRoute } = await ask<{ dataTransferRoute: { id: string } }>('{ dataTransferRoute(name: "chile-cologne") { id } }')
  await ask('mutation ($id: ID!) { setRouteActive(routeId: $id, active: false) { id } }', { id: dataTransferRoute.id })
  const later = { ...plan, startedAt: after(600_000), modules: ['lfa'], filesPerModule: 1 } as const
  const waiting = await observe(sources.chai, { ...later, instrument: 'chai' })
  const stuck = {
    instrument: 'chai',
    obsUnitId: obsUnits.chai,
    startedAt: after(600_000),
    endedAt: after(660_000),
    files: waiting,
  } as const
  const stuckId = await fileObservation(ask, stuck)
  await expect.poll(() => reasonsOf(ask, stuckId), { interval: 200 }).toContain('NO_ROUTE')

  const elsewhere = await makeObsUnitElsewhere(ask, obsUnits.guest)
  await mkdir(join(sources.guest, 'other'), { recursive: true })
  for (const [name, obsUnitId, startedAt] of [
    ['old', obsUnits.guest, after(-30 * 86_400_000)],
    ['elsewhere', elsewhere, begun],
  ] as const) {
    await writeFile(join(sources.guest, 'other', name), name)
    const files = [{ module: 'files', path: `other/${name}`, bytes: name.length }]
    await fileObservation(ask, { instrument: 'guest', obsUnitId, startedAt, endedAt: startedAt, files })
  }
  return { files }
}

interface Packages {
  readonly executedObsUnit: { readonly packages: { readonly nodes: readonly { state: string; whyBlocked: readonly { code: string }[] }[] } }
}
const PACKAGES = 'query ($id: ID!) { executedObsUnit(id: $id) { packages { nodes { state whyBlocked { code } } } } }'

async function statesOf(ask: Ask, id: string): Promise<string[]> {
  return (await ask<Packages>(PACKAGES, { id })).executedObsUnit.packages.nodes.map(({ state }) => state)
}

async function reasonsOf(ask: Ask, id: string): Promise<string[]> {
  const { nodes } = (await ask<Packages>(PACKAGES, { id })).executedObsUnit.packages
  return nodes.flatMap(({ whyBlocked }) => whyBlocked.map(({ code }) => code))
}

async function makeObsUnitElsewhere(ask: Ask, likeId: string): Promise<string> {
  const like = 'query ($id: ID!) { obsUnit(id: $id) { program { id } instrument { id } } }'
  const { obsUnit } = await ask<{ obsUnit: { program: { id: string }; instrument: { id: string } } }>(like, { id: likeId })
  const source = { name: 'Sgr B2', fixed: { raDeg: 266.835, decDeg: -28.385 } }
  const made = await ask<{ createSource: { id: string } }>('mutation ($input: CreateSourceInput!) { createSource(input: $input) { id } }', {
    input: source,
  })
  const input = {
    programId: obsUnit.program.id,
    instrumentId: obsUnit.instrument.id,
    sourceId: made.createSource.id,
    name: 'elsewhere',
    durationS: 60,
  }
  const create = 'mutation ($input: CreateObsUnitInput!) { createObsUnit(input: $input) { id } }'
  return (await ask<{ createObsUnit: { id: string } }>(create, { input })).createObsUnit.id
}

describe(`the notebook${why === null ? '' : ` (skipped: ${why})`}`, () => {
  test.skipIf(why !== null)(
    'UC-5.1 UC-7.1 UC-7.3 leads from a place on the sky to staged bytes that are right, and says so when they are not',
    { timeout: 180_000 },
    async ({ centre, execute }) => {
      const { files } = await tellStory(centre)

      const cells = await execute()

      const [start, found, waits, staged, right, drawn] = said(cells)
      expect(start).toBe("['prime-cam', 'chai', 'guest']\n")
      expect(found?.match(/^\d{4}-.*$/gm)?.map(line => line.slice(21).replaceAll(/ +/g, ' '))).toEqual([
        'Orion KL 83.8097 -5.3725 chai GOOD',
        'Orion KL 83.8097 -5.3725 prime-cam GOOD',
      ])
      expect(found?.match(/\d files {2}\w+/g)).toEqual(['1 files  WAITING', '2 files  ARCHIVED', '2 files  ARCHIVED'])
      expect(waits).toMatch(/^chai_lfa_\S+\n {4}NO_ROUTE: .+\n {4}next: .+ \(OPERATOR\)\n$/)
      expect(staged).toMatch(/^COMPLETED; it stays until 2\d{3}-/)
      const expected = files.map(({ digest = '', path }) => `right ${digest.slice(0, 23)}… ${path}`)
      expect(right?.trim().split('\n').toSorted()).toEqual([...expected, 'all 4 files are as they were at the telescope'].toSorted())
      expect(drawn).toBe('')
      const pictures = cells.flatMap(({ outputs = [] }) => outputs.flatMap(({ data }) => data?.['image/png'] ?? []))
      expect(pictures).toHaveLength(1)
      const png = Buffer.from(pictures[0] ?? '', 'base64')
      expect(png.subarray(0, 8)).toEqual(Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'))
      expect([png.readUInt32BE(16) > 800, png.readUInt32BE(20) > 300]).toEqual([true, true])
      if (process.env.TEST_PICTURE) await writeFile(process.env.TEST_PICTURE, png)

      const [victim] = files
      const place = { paths: [victim?.path], instrument: 'prime-cam' }
      const located = await centre.ask<{ locateFiles: { sources: { location: string; path: string }[] }[] }>(
        'query ($input: LocateFilesInput!) { locateFiles(input: $input) { sources { location path } } }',
        { input: place },
      )
      const path = join(centre.topology.processing, located.locateFiles[0]?.sources[0]?.path ?? '')
      const bytes = await readFile(path)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      await writeFile(path, bytes)

      const again = await execute('--allow-errors')

      expect(said(again)[4]).toContain(`WRONG ${victim?.digest?.slice(0, 23)}… ${victim?.path}\n`)
      const faults = again.flatMap(({ outputs = [] }) => outputs.flatMap(({ evalue }) => evalue ?? []))
      expect(faults).toEqual([`do not use these: ['${path}']`])
    },
  )

  test('is kept without its output', async () => {
    const { cells } = JSON.parse(await readFile(NOTEBOOK, 'utf8')) as { cells: readonly Cell[] }
    const code = cells.filter(({ cell_type }) => cell_type === 'code')

    expect(code.length).toBeGreaterThan(4)
    expect(code.filter(({ outputs, execution_count }) => outputs?.length !== 0 || execution_count !== null)).toEqual([])
  })
})
