import { newId } from '@almagest/schema'
import { makeTopology, type Topology } from '../make.ts'
import { test as base, type Answer } from './serve.ts'

/** A digest of the right form. */
export const DIGEST = `sha256:${'0a'.repeat(32)}`

interface FileFields {
  readonly module?: string
  readonly path?: string
  readonly bytes?: number
  readonly digest?: string | null
}

interface Fixtures {
  readonly topology: Topology
  /** Files an observation of the topology; `fields` replace what they name. */
  readonly file: (files: readonly FileFields[], fields?: Record<string, unknown>) => Promise<Answer>
}

const MUTATION = `mutation ($input: FileObservationInput!) {
  fileObservation(input: $input) { filesAdded execution { id startedAt endedAt quality conditions filedAt obsUnit { id } } }
}`

/** An observatory, and a call that files an observation of it. */
export const test = base.extend<Fixtures>({
  topology: async ({ em, root }, use) => use(await makeTopology(em, root)),
  file: async ({ observationApi, topology }, use) => {
    await use((files, fields = {}) => {
      const input = {
        key: newId(),
        obsUnitId: topology.obsUnit.id,
        instrument: topology.instrument.name,
        startedAt: '2026-11-21T03:00:00Z',
        endedAt: '2026-11-21T03:30:00Z',
        files: files.map((file, index) => ({ module: 'm1', path: `night/${index}.fits`, bytes: 2880, ...file })),
        ...fields,
      }
      return observationApi.ask(MUTATION, { input })
    })
  },
})
