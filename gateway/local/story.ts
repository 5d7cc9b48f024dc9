import { setTimeout as delay } from 'node:timers/promises'
import { v7 } from 'uuid'
import type { Ask } from './client.ts'
import { compareStaged, type Ledger } from './ledger.ts'
import type { DemoInstrument } from './topology.ts'

/** How far an observation is on its way through the six stages, in bytes, and how fast each goes now: `null` where nothing runs. */
export type Progress = Readonly<Record<Stage, { readonly done: number; readonly total: number; readonly bytesS: number | null }>>

/** The stages of a file's life, as the screen shows them. */
export const STAGES = ['file', 'package', 'transfer', 'archive', 'stage', 'clean up'] as const
export type Stage = (typeof STAGES)[number]

/** What became of the files of a story. Every count but `bytes` is one of files; all are equal to `files` if all of it held. */
export interface Outcome {
  readonly files: number
  readonly bytes: number
  /** In verified copies of two archives. */
  readonly archived: number
  /** Staged, unpacked, and byte-identical to what was filed. */
  readonly stagedIdentical: number
  /** Deleted at SOURCE with a proof, as was their package in every BUFFER. */
  readonly deletedWithProof: number
}

/** One observation to be told of: what a client files, and what is known of its files by other means. */
export interface Observation {
  readonly instrument: DemoInstrument
  readonly obsUnitId: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly files: readonly {
    readonly module: string
    readonly path: string
    readonly bytes: number
    readonly digest?: string | undefined
  }[]
}

interface Package {
  readonly id: string
  readonly status: string
  readonly fileBytes: number
  readonly bytes: number | null
  readonly copies: readonly {
    readonly status: string
    readonly verificationLevel: number
    readonly bytes: number
    readonly path: string
    readonly location: { readonly type: string; readonly site: { readonly name: string } }
    readonly deletionProof: { readonly id: string } | null
  }[]
  readonly operations: readonly {
    readonly kind: string
    readonly state: string
    readonly bytesDone: number
    readonly location: { readonly type: string }
  }[]
  readonly whyBlocked: readonly { readonly code: string; readonly message: string }[]
}

/** Work that a worker has now. */
interface Running {
  readonly kind: string
  readonly bytesDone: number
  readonly rateBytesS: number | null
}

/** The work of each stage, and how many bytes of it make one of the stage: what is archived is written, and read again. */
const WORK: Readonly<Record<Exclude<Stage, 'file'>, { readonly kind: string; readonly times: number }>> = {
  package: { kind: 'packaging', times: 1 },
  transfer: { kind: 'transfer', times: 1 },
  archive: { kind: 'archive', times: 2 },
  stage: { kind: 'staging', times: 1 },
  'clean up': { kind: 'cleanup', times: 1 },
}

const RUNNING = `query { operations(state: RUNNING, first: 200) { nodes { kind bytesDone rateBytesS } } }`

const FILE = `mutation ($input: FileObservationInput!) { fileObservation(input: $input) { execution { id } } }`

const STAGE = `mutation ($input: RequestStagingInput!) { requestStaging(input: $input) { id } }`

const LOOK = `query ($id: ID!) { executedObsUnit(id: $id) { packages(first: 200) { nodes {
  id status fileBytes bytes
  copies { status verificationLevel bytes path location { type site { name } } deletionProof { id } }
  operations { kind state bytesDone location { type } }
  whyBlocked { code message } } } } }`

const FILES = `query ($id: ID!, $after: String) { executedObsUnit(id: $id) { files(first: 200, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  path package { id } copies { status location { type } deletionProof { id } } } } } }`

/** Files an observation through the gateway, like any client; returns the id of the execution. */
export async function fileObservation(ask: Ask, { instrument, obsUnitId, startedAt, endedAt, files }: Observation): Promise<string> {
  const answer = await ask<{ fileObservation: { execution: { id: string } } }>(FILE, {
    input: { key: v7(), obsUnitId, instrument, startedAt, endedAt, quality: 'GOOD', conditions: { pwvMm: 0.6 }, files },
  })
  return answer.fileObservation.execution.id
}

/**
 * Follows executions through the six stages, asking for their staging when they are archived, until they are through, or some work FAILED for
 * good, or `signal` aborts; tells of the progress a few times a second, and of what keeps a package waiting when it changes.
 */
export async function follow(
  ask: Ask,
  executionIds: readonly string[],
  options: {
    ledger: Ledger
    signal: AbortSignal
    onProgress: (progress: Progress) => void
    onBlocked: (reasons: readonly string[]) => void
  },
): Promise<void> {
  const { ledger, signal, onProgress, onBlocked } = options
  let asked = false
  while (!signal.aborted) {
    const [packages, running] = await Promise.all([look(ask, executionIds), runningNow(ask)])
    if (!asked && packages.length > 0 && packages.every(isArchived)) {
      await ask(STAGE, { input: { key: v7(), location: 'cologne-processing', requestedBy: 'the demo', executionIds } })
      asked = true
    }
    const progress = measure(packages, running, ledger.bytes)
    onProgress(progress)
    onBlocked([
      ...new Set(
        packages.flatMap(({ whyBlocked }) =>
          whyBlocked.filter(({ code }) => ['RETRYING', 'FAILED', 'CANCELLED'].includes(code)).map(({ message }) => message),
        ),
      ),
    ])
    if (packages.some(isStuck)) return
    if (asked && packages.every(isThrough) && (await filesAtSource(ask, executionIds)).every(({ left }) => !left)) {
      onProgress(finished(progress))
      return
    }
    await delay(200, undefined, { signal }).catch(() => {})
  }
}

/** Counts what held, judging staged bytes by the ledger and not by what the data centre says of them. */
export async function judge(
  ask: Ask,
  executionIds: readonly string[],
  { ledger, processing }: { ledger: Ledger; processing: string },
): Promise<Outcome> {
  const packages = new Map((await look(ask, executionIds)).map(pack => [pack.id, pack]))
  const files = await filesAtSource(ask, executionIds)
  const staged = files.flatMap(({ path, packageId }) => {
    const copy = packages.get(packageId ?? '')?.copies.find(({ status }) => status === 'STAGED')
    return copy ? [{ path, folder: copy.path }] : []
  })
  return {
    files: ledger.files,
    bytes: ledger.bytes,
    archived: files.filter(({ packageId }) => archives(packages.get(packageId ?? '')) >= 2).length,
    stagedIdentical: await compareStaged(ledger, { root: processing, staged }),
    deletedWithProof: files.filter(
      ({ proven, packageId }) =>
        proven && packages.get(packageId ?? '')?.copies.every(copy => copy.location.type !== 'BUFFER' || isProven(copy)),
    ).length,
  }
}

/** Whether every part of a story held. */
export function held({ files, archived, stagedIdentical, deletedWithProof }: Outcome): boolean {
  return files > 0 && archived === files && stagedIdentical === files && deletedWithProof === files
}

async function look(ask: Ask, executionIds: readonly string[]): Promise<Package[]> {
  const answers = await Promise.all(executionIds.map(id => ask<{ executedObsUnit: { packages: { nodes: Package[] } } }>(LOOK, { id })))
  return answers.flatMap(({ executedObsUnit }) => executedObsUnit.packages.nodes)
}

async function runningNow(ask: Ask): Promise<readonly Running[]> {
  return (await ask<{ operations: { nodes: Running[] } }>(RUNNING)).operations.nodes
}

async function filesAtSource(
  ask: Ask,
  executionIds: readonly string[],
): Promise<{ path: string; packageId: string | null; left: boolean; proven: boolean }[]> {
  interface Page {
    readonly executedObsUnit: {
      readonly files: {
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
        readonly nodes: readonly {
          readonly path: string
          readonly package: { readonly id: string } | null
          readonly copies: readonly {
            readonly status: string
            readonly location: { readonly type: string }
            readonly deletionProof: { readonly id: string } | null
          }[]
        }[]
      }
    }
  }
  const found = []
  for (const id of executionIds) {
    for (let after: string | null = null, more = true; more;) {
      const { files }: Page['executedObsUnit'] = (await ask<Page>(FILES, { id, after })).executedObsUnit
      for (const { path, package: pack, copies } of files.nodes) {
        const left = copies.some(({ status }) => status !== 'DELETED')
        found.push({ path, packageId: pack?.id ?? null, left, proven: copies.length > 0 && copies.every(isProven) })
      }
      after = files.pageInfo.endCursor
      more = files.pageInfo.hasNextPage
    }
  }
  return found
}

const isProven = ({ status, deletionProof }: { status: string; deletionProof: { readonly id: string } | null }): boolean =>
  status === 'DELETED' && deletionProof !== null

function archives(pack: Package | undefined): number {
  return (
    pack?.copies.filter(({ location, status, verificationLevel }) => isArchive(location) && status === 'PRESENT' && verificationLevel >= 2)
      .length ?? 0
  )
}

const isArchive = ({ type }: { type: string }): boolean => type === 'LONG_TERM_ARCHIVE'

const isArchived = (pack: Package): boolean => archives(pack) >= 2

/** All attempts of some work on the package failed: only a person can help now. */
function isStuck({ operations, whyBlocked }: Package): boolean {
  return operations.some(({ state }) => state === 'FAILED') || whyBlocked.some(({ code }) => code === 'FAILED')
}

function isThrough(pack: Package): boolean {
  const buffers = pack.copies.filter(({ location }) => location.type === 'BUFFER')
  return (
    isArchived(pack) &&
    pack.copies.some(({ status }) => status === 'STAGED') &&
    buffers.length > 0 &&
    buffers.every(({ status }) => status === 'DELETED')
  )
}

/** The last files go between one look and the next. */
function finished(progress: Progress): Progress {
  return Object.fromEntries(Object.entries(progress).map(([stage, { total }]) => [stage, { done: total, total, bytesS: null }])) as Progress
}

function measure(packages: readonly Package[], work: readonly Running[], bytes: number): Progress {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
  const running = (pack: Package, kind: string): number =>
    sum(pack.operations.filter(operation => operation.kind === kind && operation.state === 'RUNNING').map(({ bytesDone }) => bytesDone))
  const sizes = sum(packages.map(pack => pack.bytes ?? pack.fileBytes))
  const held = (test: (copy: Package['copies'][number]) => boolean): number =>
    sum(packages.flatMap(({ copies }) => copies.filter(test).map(copy => copy.bytes)))
  const arrived = ({ location }: Package['copies'][number]): boolean => location.type === 'BUFFER' && location.site.name !== 'chile'
  /** What the work of a stage that runs now has done. */
  const underway = (stage: keyof typeof WORK): number =>
    sum(work.filter(({ kind }) => kind === WORK[stage].kind).map(({ bytesDone }) => bytesDone)) / WORK[stage].times
  const stageOf = (stage: Stage, done: number, total: number) => {
    const own = stage === 'file' ? [] : work.filter(({ kind, rateBytesS }) => kind === WORK[stage].kind && rateBytesS !== null)
    const rate = stage === 'file' ? 0 : sum(own.map(({ rateBytesS }) => rateBytesS ?? 0)) / WORK[stage].times
    return { done: Math.min(done, total), total, bytesS: own.length > 0 ? rate : null }
  }
  const sourceFreed = (pack: Package): number =>
    pack.operations.some(({ kind, state, location }) => kind === 'cleanup' && state === 'DONE' && location.type === 'SOURCE')
      ? pack.fileBytes
      : 0
  const staged = (pack: Package): number => sum(pack.copies.filter(({ status }) => status === 'STAGED').map(copy => copy.bytes))
  return {
    file: stageOf('file', bytes, bytes),
    package: stageOf(
      'package',
      sum(packages.map(pack => (pack.status === 'COMPLETED' ? pack.fileBytes : Math.min(pack.fileBytes, running(pack, 'packaging'))))),
      bytes,
    ),
    // A transfer that runs has done, of its bundle, also what arrived already and waits to be verified.
    transfer: stageOf(
      'transfer',
      held(copy => arrived(copy) && copy.verificationLevel >= 2) +
        Math.max(
          underway('transfer'),
          held(copy => arrived(copy) && copy.verificationLevel < 2),
        ),
      2 * sizes,
    ),
    archive: stageOf(
      'archive',
      held(({ location, verificationLevel }) => isArchive(location) && verificationLevel >= 2) + underway('archive'),
      2 * sizes,
    ),
    stage: stageOf('stage', sum(packages.map(pack => staged(pack) || Math.min(pack.fileBytes, running(pack, 'staging')))), bytes),
    'clean up': stageOf(
      'clean up',
      held(({ location, status }) => location.type === 'BUFFER' && status === 'DELETED') + sum(packages.map(sourceFreed)),
      3 * sizes + bytes,
    ),
  }
}
