import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, inject } from 'vitest'
import { makeTopology, openClient, startSystem, type Ask, type Topology } from '@almagest/gateway/local'
import { newId } from '@almagest/schema'
import { test as base } from './fixtures.ts'

/** A whole data centre on this file's own database, and its demo topology. */
const test = base.extend<{ ask: Ask; topology: Topology; url: string }>({
  url: async ({ databaseUrl, prefix, root }, use) => {
    await using system = await startSystem({
      home: root,
      port: 0,
      databaseUrl,
      redisUrl: inject('redis'),
      path: '',
      prefix,
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    })
    const topology = await makeTopology(openClient(system.url), join(root, 'sites'))
    for (const site of topology.sites) await system.serve(site)
    await use(system.url)
  },
  ask: async ({ url }, use) => use(openClient(url)),
  topology: async ({ ask, root }, use) => use(await makeTopology(ask, join(root, 'sites'))),
})

const CROSS = `query ($code: String!) { observingProgram(code: $code) { code executions { nodes { id
  files { nodes { id path copies { status location { name } } } }
  packages { nodes { name state copies { status verificationLevel location { name site { name } } deletionProof { evidence { location } } } whyBlocked { code } stagingRequests { nodes { id } } } }
  stagings { nodes { id status location { name } packages { nodes { status package { name } } } } } } } } }`

interface Cross {
  readonly observingProgram: {
    readonly code: string
    readonly executions: {
      readonly nodes: readonly {
        readonly id: string
        readonly files: { readonly nodes: readonly { readonly id: string; readonly path: string }[] }
        readonly packages: {
          readonly nodes: readonly {
            readonly name: string
            readonly state: string
            readonly copies: readonly {
              readonly status: string
              readonly location: { readonly name: string; readonly site: { readonly name: string } }
            }[]
            readonly whyBlocked: readonly { readonly code: string }[]
            readonly stagingRequests: { readonly nodes: readonly { readonly id: string }[] }
          }[]
        }
        readonly stagings: {
          readonly nodes: readonly {
            readonly id: string
            readonly status: string
            readonly location: { readonly name: string }
            readonly packages: { readonly nodes: readonly { readonly status: string; readonly package: { readonly name: string } }[] }
          }[]
        }
      }[]
    }
  }
}

describe('the graph', () => {
  test('UC-1.1 UC-1.2 UC-5.1 UC-5.2 UC-5.3 leads in one query from a program to its executions, their packages, their copies with site and location, and the stagings', async ({
    ask,
    topology,
  }) => {
    await mkdir(join(topology.sources.guest, 'night'), { recursive: true })
    await writeFile(join(topology.sources.guest, 'night/a.dat'), 'abcdef')
    const input = {
      key: newId(),
      obsUnitId: topology.obsUnits.guest,
      instrument: 'guest',
      startedAt: '2026-11-21T00:00:00Z',
      endedAt: '2026-11-21T00:01:00Z',
      files: [{ module: 'files', path: 'night/a.dat', bytes: 6 }],
    }
    const file = 'mutation ($input: FileObservationInput!) { fileObservation(input: $input) { execution { id } filesAdded } }'
    const first = await ask<{ fileObservation: { execution: { id: string }; filesAdded: number } }>(file, { input })
    const second = await ask<{ fileObservation: { execution: { id: string }; filesAdded: number } }>(file, { input })
    expect(first.fileObservation.filesAdded).toBe(1)
    expect(second.fileObservation).toEqual({ execution: first.fileObservation.execution, filesAdded: 0 })
    const executionId = first.fileObservation.execution.id

    const archived = await until(ask, ({ packages }) => packages.nodes.length === 1 && packages.nodes[0]?.state === 'ARCHIVED')
    expect(archived.packages.nodes[0]?.whyBlocked).toEqual([])

    const stage = 'mutation ($input: RequestStagingInput!) { requestStaging(input: $input) { id status } }'
    const request = { key: newId(), location: 'cologne-processing', requestedBy: 'a test', executionIds: [executionId] }
    const staged = await ask<{ requestStaging: { id: string } }>(stage, { input: request })
    expect((await ask<{ requestStaging: { id: string } }>(stage, { input: request })).requestStaging.id).toBe(staged.requestStaging.id)

    const found = await until(
      ask,
      ({ stagings, packages }) =>
        stagings.nodes[0]?.status === 'COMPLETED' &&
        packages.nodes[0]?.copies.filter(({ location, status }) => location.name.endsWith('buffer') && status === 'DELETED').length === 3,
    )
    const [pack] = found.packages.nodes
    expect(found.files.nodes).toEqual([
      {
        id: expect.any(String) as string,
        path: 'night/a.dat',
        copies: [{ status: expect.stringMatching(/^DELET/) as string, location: { name: 'chile-guest' } }],
      },
    ])
    expect(pack?.copies.map(({ location, status }) => `${location.site.name} ${location.name} ${status}`).toSorted()).toEqual([
      'bonn bonn-archive PRESENT',
      'bonn bonn-buffer DELETED',
      'chile chile-buffer DELETED',
      'cologne cologne-archive PRESENT',
      'cologne cologne-buffer DELETED',
      'cologne cologne-processing STAGED',
    ])
    expect(found.stagings.nodes).toEqual([
      {
        id: staged.requestStaging.id,
        status: 'COMPLETED',
        location: { name: 'cologne-processing' },
        packages: { nodes: [{ status: 'COMPLETED', package: { name: pack?.name } }] },
      },
    ])
    expect(pack?.stagingRequests.nodes).toEqual([{ id: staged.requestStaging.id }])

    const download = 'query ($input: LocateFilesInput!) { locateFiles(input: $input) { sources { downloadUrl } } }'
    const { locateFiles } = await ask<{ locateFiles: { sources: { downloadUrl: string | null }[] }[] }>(download, {
      input: { ids: [found.files.nodes[0]?.id] },
    })
    const [address = ''] = locateFiles.flatMap(({ sources }) => sources.flatMap(({ downloadUrl }) => downloadUrl ?? []))
    expect(await (await fetch(address)).text()).toBe('abcdef')

    await ask('mutation ($id: ID!) { releaseStaging(requestId: $id) { status } }', { id: staged.requestStaging.id })
    await until(
      ask,
      ({ packages }) => packages.nodes[0]?.copies.find(({ location }) => location.name === 'cologne-processing')?.status === 'DELETED',
    )

    const [{ id: fileId = '' } = {}] = found.files.nodes
    const ranged = await ask<{ requestStaging: { id: string } }>(stage, {
      input: { ...request, key: newId(), executionIds: [], ranges: [{ fileId, start: 2, bytes: 3 }] },
    })
    const look = `query ($id: ID!) { stagingRequest(id: $id) { status packages { nodes { files { nodes { start bytes copy { path bytes } } } } } } }`
    const looked = () => ask<{ stagingRequest: { status: string } }>(look, { id: ranged.requestStaging.id })
    await expect.poll(async () => (await looked()).stagingRequest.status).toBe('COMPLETED')
    const path = expect.stringMatching(/\.ranges\/night\/a\.dat\/2\+3$/) as string
    expect((await looked()).stagingRequest).toMatchObject({
      packages: { nodes: [{ files: { nodes: [{ start: 2, bytes: 3, copy: { path, bytes: 3 } }] } }] },
    })
  })
})

async function until(ask: Ask, holds: (execution: Cross['observingProgram']['executions']['nodes'][number]) => boolean) {
  for (let looked = 0; looked < 300; looked++) {
    const [execution] = (await ask<Cross>(CROSS, { code: 'DEMO-1' })).observingProgram.executions.nodes
    if (execution && holds(execution)) return execution
    await delay(100)
  }
  throw new Error('it did not happen within 30 s')
}
