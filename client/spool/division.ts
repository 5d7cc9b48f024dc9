import type { Ask, Asking } from '../ask.ts'
import { Refusal, type RefusalCode } from '../errors.ts'
import { FileObservationDocument, type FileInput, type FileObservationInput } from '../operations.generated.ts'

/** What became of the files of one filing. */
export interface Divided {
  /** null: nothing of it was taken. */
  readonly taken: { readonly executionId: string; readonly files: number; readonly filesAdded: number } | null
  /** null: nothing of it was refused. */
  readonly refused: { readonly code: RefusalCode; readonly message: string; readonly files: readonly FileInput[] } | null
}

/** So many reasons are kept of what was refused; the others are counted. */
const REASONS = 10

/**
 * Files all of a filing that the data centre takes: files that it refuses by name do not hold up the others beside them, and what is too large for one
 * request, as a proxy may say, goes in several. Throws what stands in the way
 * of all, an Outage or a Refusal of `codes`; then what was taken is the same when it is filed again.
 */
export async function fileWhatCan(
  ask: Ask,
  { input, codes, signal }: { input: FileObservationInput; codes: readonly RefusalCode[] } & Asking,
): Promise<Divided> {
  const taken = { executionId: '', files: 0, filesAdded: 0 }
  const refused = new Set<FileInput>()
  const reasons = new Set<string>()
  let unnamed = 0
  let code: RefusalCode | null = null
  const parts: (readonly FileInput[])[] = [input.files]
  for (let files = parts.pop(); files !== undefined; files = parts.pop()) {
    if (files.length === 0) continue
    try {
      const { fileObservation } = await ask(FileObservationDocument, { input: { ...input, files } }, { signal })
      taken.executionId = fileObservation.execution.id
      taken.files += files.length
      taken.filesAdded += fileObservation.filesAdded
    } catch (error) {
      if (!(error instanceof Refusal) || codes.includes(error.code)) throw error
      if (error.code === 'BODY_TOO_LARGE' && files.length > 1) {
        const middle = Math.ceil(files.length / 2)
        parts.push(files.slice(middle), files.slice(0, middle))
        continue
      }
      code ??= error.code
      const { faults, more } = faultsOf(error.message)
      const bad = badOf(files, faults)
      // What names no file is about all of them.
      const isAll = bad.size === 0 || bad.size + more >= files.length
      for (const file of isAll ? files : bad) refused.add(file)
      for (const why of bad.size === 0 ? [error.message] : faults.map(({ why }) => why)) reasons.add(why)
      if (isAll) unnamed += more
      if (isAll) continue
      const rest = files.filter(file => !bad.has(file))
      const middle = more === 0 ? rest.length : Math.ceil(rest.length / 2)
      parts.push(rest.slice(middle), rest.slice(0, middle))
    }
  }
  const shown = [...reasons].slice(0, REASONS)
  const others = reasons.size - shown.length + unnamed
  return {
    taken: taken.files > 0 ? taken : null,
    refused: code && {
      code,
      message: shown.join('; ') + (others > 0 ? `; and ${others} more` : ''),
      files: input.files.filter(file => refused.has(file)),
    },
  }
}

/** Which files the faults are about; of a module that is not there, all that are of it. */
function badOf(files: readonly FileInput[], faults: readonly Fault[]): Set<FileInput> {
  const named = faults.flatMap(({ index }) => files[index] ?? [])
  const modules = new Set(faults.filter(({ field }) => field === 'module').map(({ index }) => files[index]?.module))
  return new Set([...named, ...(modules.size > 0 ? files.filter(({ module }) => modules.has(module)) : [])])
}

interface Fault {
  /** Where in the files that were sent. */
  readonly index: number
  readonly field: string
  readonly why: string
}

/** The files that a refusal names, `input.files[3].path: …; input.files[4].path: …; and 7 more`; what is quoted are the words of others. */
function faultsOf(message: string): { faults: Fault[]; more: number } {
  const masked = message.replaceAll(/"(?:[^"\\]|\\.)*"/g, quoted => '"'.padEnd(quoted.length, '_'))
  const rest = /; and (\d+) more$/.exec(masked)
  const found = [...masked.matchAll(/(?<=^|; )input\.files\[(\d+)\]\.(\w+): /g)]
  const faults = found.map(({ 0: { length }, 1: index = '', 2: field = '', index: at }, number) => ({
    index: Number(index),
    field,
    why: message.slice(at + length, (found[number + 1]?.index ?? (rest ? rest.index + 2 : message.length + 2)) - 2),
  }))
  return { faults, more: Number(rest?.[1] ?? 0) }
}
