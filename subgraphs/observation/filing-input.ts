import { z } from 'zod'
import { id, instant, jsonObject, orElse, parse, text } from '@almagest/kit'
import { DIGEST, foldPath, pathFault, QUALITIES, Refusal } from '@almagest/schema'

/** The most files that one call may file. */
const FILES = 100_000

/** How many faults a refusal names at most. */
const FAULTS = 10

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

const FileObservation = z
  .object({
    key: text(),
    id: orElse(z.string().regex(UUID7, 'must be a UUIDv7').toLowerCase(), null),
    obsUnitId: id(),
    instrument: text(),
    startedAt: instant(),
    endedAt: instant(),
    quality: orElse(z.enum(QUALITIES), 'UNKNOWN' as const),
    conditions: orElse(jsonObject(), {}),
    location: orElse(text(), null),
    files: z
      .array(z.object({ module: text(), path: z.string(), bytes: z.int().min(0), digest: orElse(z.string().regex(DIGEST), null) }))
      .min(1, 'must have at least one file')
      .max(FILES, `must have at most ${FILES} files: file the others in further calls with the same key`),
  })
  .refine(({ startedAt, endedAt }) => endedAt >= startedAt, { path: ['endedAt'], error: 'must not be before startedAt' })

type Filing = z.output<typeof FileObservation>

/** One file to be filed: what the caller said, and where in the input. */
export interface WantedFile {
  readonly index: number
  readonly module: string
  readonly path: string
  readonly fold: string
  readonly bytes: number
  readonly digest: string | null
}

/** Checks what can be checked without the database; refuses with BAD_INPUT, or with BAD_PATH for paths, naming the places in the input. */
export function readFiling(input: unknown): Omit<Filing, 'files'> & { files: readonly WantedFile[] } {
  const filing = parse(FileObservation, input)
  const faults = filing.files.flatMap(({ path }, index) => {
    const fault = pathFault(path)
    return fault === null ? [] : [`${at(index)}: ${JSON.stringify(path.slice(0, 200))} ${fault}`]
  })
  if (faults.length > 0) throw new Refusal('BAD_PATH', list(faults))

  const files = filing.files.map((file, index) => ({ ...file, index, fold: foldPath(file.path) }))
  const twice = [...findTwice(files, ({ module, fold }) => `${module}/${fold}`), ...findTwice(files, ({ path }) => path)]
  if (twice.length > 0) throw new Refusal('BAD_INPUT', list([...new Set(twice)]))
  return { ...filing, files }
}

function findTwice(files: readonly WantedFile[], by: (file: WantedFile) => string): string[] {
  const seen = new Map<string, WantedFile>()
  return files.flatMap(file => {
    const first = seen.get(by(file))
    if (!first) seen.set(by(file), file)
    return first
      ? [`${at(file.index)}: ${JSON.stringify(file.path)} is the same file as ${at(first.index)}, ${JSON.stringify(first.path)}`]
      : []
  })
}

/** Where the path of a file stands in the input. */
export function at(index: number): string {
  return `input.files[${index}].path`
}

function list(faults: readonly string[]): string {
  const more = faults.length - FAULTS
  return faults.slice(0, FAULTS).join('; ') + (more > 0 ? `; and ${more} more` : '')
}
