import { z } from 'zod'
import { id, instant, jsonObject, orElse, parse, text } from '@almagest/kit'
import { foldPath, PATH_BYTES, pathFault, QUALITIES, Refusal } from '@almagest/schema'
import type { FileInput } from './resolvers.generated.ts'

/** The most files that one call may file. */
export const FILES = 100_000

/** How many faults a refusal names at most. */
const FAULTS = 10

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** What every call says that registers an execution. */
export const Execution = z.object({
  key: text(),
  id: orElse(z.string().regex(UUID7, 'must be a UUIDv7').toLowerCase(), null),
  obsUnitId: id(),
  instrument: text(),
  startedAt: instant(),
  endedAt: instant(),
  quality: orElse(z.enum(QUALITIES), 'UNKNOWN' as const),
  conditions: orElse(jsonObject(), {}),
  location: orElse(text(), null),
})

/** That an execution does not end before it begins. */
export const ORDER = {
  isRight: ({ startedAt, endedAt }: { startedAt: Date; endedAt: Date }): boolean => endedAt >= startedAt,
  error: { path: ['endedAt'], error: 'must not be before startedAt' },
}

const FileObservation = Execution.extend({
  // The contract has checked the types of each file, and what is left to check is checked in one pass over all of them.
  files: z
    .custom<readonly FileInput[]>(Array.isArray)
    .refine(({ length }) => length > 0, { error: 'must have at least one file', abort: true })
    .refine(({ length }) => length <= FILES, {
      error: `must have at most ${FILES} files: file the others in further calls with the same key`,
      abort: true,
    }),
}).refine(ORDER.isRight, ORDER.error)

const AdoptFindings = Execution.extend({
  module: text(),
  findingIds: orElse(
    z
      .array(id())
      .min(1, 'must have at least one id')
      .max(FILES, `must have at most ${FILES} ids: adopt the others in further calls with the same key`),
    null,
  ),
  pathPrefix: orElse(
    z.string().refine(value => value !== '' && Buffer.byteLength(value) <= PATH_BYTES && value.isWellFormed() && !value.includes('\0'), {
      error: `must be 1 to ${PATH_BYTES} bytes of text`,
    }),
    null,
  ),
})
  .refine(ORDER.isRight, ORDER.error)
  .refine(({ findingIds, pathPrefix }) => (findingIds === null) !== (pathPrefix === null), {
    error: 'must have exactly one of findingIds and pathPrefix',
  })

/** What is said to adopt findings. */
export type Adoption = z.output<typeof AdoptFindings>

/** Checks what can be checked without the database; refuses with BAD_INPUT, naming the fields. */
export function readAdoption(input: unknown): Adoption {
  const adoption = parse(AdoptFindings, input)
  const seen = new Map<string, number>()
  const twice = (adoption.findingIds ?? []).flatMap((id, index) => {
    const first = seen.get(id)
    if (first === undefined) seen.set(id, index)
    return first === undefined ? [] : [`input.findingIds[${index}]: ${id} is input.findingIds[${first}] again`]
  })
  if (twice.length > 0) throw new Refusal('BAD_INPUT', list(twice))
  return adoption
}

/** What every call says that registers an execution, as it was read. */
export type Execution = z.output<typeof Execution>

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
export function readFiling(input: unknown): Execution & { files: readonly WantedFile[] } {
  const filing = parse(FileObservation, input)
  const modules = [...new Set(filing.files.map(({ module }) => module))]
  const faults = modules.flatMap(module => {
    const { error } = text().safeParse(module)
    return error ? [`input.files[${filing.files.findIndex(file => file.module === module)}].module: ${error.issues[0]?.message}`] : []
  })
  if (faults.length > 0) throw new Refusal('BAD_INPUT', list(faults))
  return { ...filing, files: readFiles(filing.files, at) }
}

/** Checks the paths of files, and that no file is there twice; `at` says where one comes from. */
export function readFiles(given: readonly FileInput[], at: (index: number) => string): WantedFile[] {
  const files: WantedFile[] = []
  const faults: string[] = []
  const folds = new Set<string>()
  for (const [index, { module, path, bytes, digest = null }] of given.entries()) {
    const fault = pathFault(path) ?? invisible(path)
    if (fault !== null) faults.push(`${at(index)}: ${JSON.stringify(path.slice(0, 200))} ${fault}`)
    const fold = foldPath(path)
    folds.add(fold)
    files.push({ index, module, path, fold, bytes, digest })
  }
  if (faults.length > 0) throw new Refusal('BAD_PATH', list(faults))
  if (folds.size < files.length) refuseTwice(files, at)
  return files
}

/** Refuses what is one file of one module by its folded path, or one file at the location by its path. */
function refuseTwice(files: readonly WantedFile[], at: (index: number) => string): void {
  const twice = [
    ...findTwice(files, { by: ({ module, fold }) => `${module}/${fold}`, at }),
    ...findTwice(files, { by: ({ path }) => path, at }),
  ]
  if (twice.length > 0) throw new Refusal('BAD_INPUT', list([...new Set(twice)]))
}

function findTwice(
  files: readonly WantedFile[],
  { by, at }: { by: (file: WantedFile) => string; at: (index: number) => string },
): string[] {
  const seen = new Map<string, WantedFile>()
  return files.flatMap(file => {
    const first = seen.get(by(file))
    if (!first) seen.set(by(file), file)
    return first
      ? [`${at(file.index)}: ${JSON.stringify(file.path)} is the same file as ${at(first.index)}, ${JSON.stringify(first.path)}`]
      : []
  })
}

/** Where the path of a file stands in the input of `fileObservation`. */
export function at(index: number): string {
  return `input.files[${index}].path`
}

/** A name that looks like another one is not taken for a new file; what is filed already may have any. */
function invisible(path: string): string | null {
  const [character] = /[\p{Cf}\p{Zl}\p{Zp}]/u.exec(path) ?? []
  return character ? `has the invisible character U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}` : null
}

/** Some faults in one message: the first ten, and how many more there are. */
export function list(faults: readonly string[]): string {
  const more = faults.length - FAULTS
  return faults.slice(0, FAULTS).join('; ') + (more > 0 ? `; and ${more} more` : '')
}
