import type { Ask, Asking } from './ask.ts'
import { Refusal } from './errors.ts'
import { FileObservationDocument, type FileInput, type FileObservationInput, type Quality } from './operations.generated.ts'
import { newId } from './uuid.ts'

/** One execution of a planned observation, as the instrument knows it. */
export interface Observation {
  /** The id of the planned observation. */
  readonly obsUnitId: string
  /** The short name of the instrument. */
  readonly instrument: string
  /** When it began and ended (UTC); a text is ISO 8601 with `Z`. */
  readonly startedAt: Date | string
  readonly endedAt: Date | string
  /** Names the execution for ever: filing again with it adds files to the same one. Made where it is left out. */
  readonly key?: string | undefined
  /** A UUIDv7; made where the key is, else left to the data centre. */
  readonly id?: string | undefined
  readonly quality?: Quality | undefined
  /** Weather and other conditions, in the observatory's own words. */
  readonly conditions?: Readonly<Record<string, unknown>> | undefined
  /** The SOURCE location; left out: the only active one of the instrument. */
  readonly location?: string | undefined
}

/** One file as a module wrote it: `path` relative to the SOURCE location, `bytes` its exact size, `digest` as blake3:… or sha256:…. */
export type ObservedFile = FileInput

/** What became of a filing. */
export interface Filed {
  readonly key: string
  readonly executionId: string
  /** How many of its files the data centre did not know yet. */
  readonly filesAdded: number
}

/** A filing without its files. */
export type Head = Omit<FileObservationInput, 'files'>

const PORTION_FILES = 20_000
const PORTION_CHARACTERS = 8_000_000

/** What the data centre is told of an observation but its files: times written out, a key and an id made where they are missing. */
export function headOf(observation: Observation): Head {
  const { key, id, obsUnitId, instrument, startedAt, endedAt, quality, conditions, location } = observation
  const made = key === undefined ? newId() : null
  return {
    key: key ?? newId(),
    ...(id !== undefined ? { id } : made !== null ? { id: made } : {}),
    obsUnitId,
    instrument,
    startedAt: instant('startedAt', startedAt),
    endedAt: instant('endedAt', endedAt),
    ...(quality !== undefined && { quality }),
    ...(conditions !== undefined && { conditions }),
    ...(location !== undefined && { location }),
  }
}

/** Files cut into portions that one call may file, in their order; none of them is empty. */
export async function* portionsOf(files: Iterable<ObservedFile> | AsyncIterable<ObservedFile>): AsyncGenerator<ObservedFile[], void, void> {
  let portion: ObservedFile[] = []
  let characters = 0
  for await (const file of files) {
    portion.push(file)
    characters += file.path.length + file.module.length + 140
    if (portion.length < PORTION_FILES && characters < PORTION_CHARACTERS) continue
    yield portion
    portion = []
    characters = 0
  }
  if (portion.length > 0) yield portion
}

/** Files an observation now, in as many calls as its files need; what was cut can be asked again with the same key. */
export async function fileNow(
  ask: Ask,
  { observation, files, signal }: { observation: Observation; files: Iterable<ObservedFile> | AsyncIterable<ObservedFile> } & Asking,
): Promise<Filed> {
  const head = headOf(observation)
  let filed: Filed | null = null
  for await (const portion of portionsOf(files)) {
    const { fileObservation } = await ask(FileObservationDocument, { input: { ...head, files: portion } }, { signal })
    const filesAdded: number = (filed?.filesAdded ?? 0) + fileObservation.filesAdded
    filed = { key: head.key, executionId: fileObservation.execution.id, filesAdded }
  }
  if (filed === null) throw new Refusal('BAD_INPUT', 'files: must have at least one file')
  return filed
}

function instant(field: string, given: Date | string): string {
  const moment = typeof given === 'string' && !/(Z|[+-]\d\d:\d\d)$/.test(given) ? new Date(Number.NaN) : new Date(given)
  if (Number.isNaN(moment.getTime()))
    throw new Refusal('BAD_INPUT', `${field}: must be ISO 8601 with Z or an offset, as 2026-11-21T03:40:00Z, not ${JSON.stringify(given)}`)
  return moment.toISOString()
}
