import { Refusal } from '../errors.ts'
import {
  FilesOfObservationDocument,
  LocationDocument,
  ObservationDocument,
  PackageDocument,
  StagingDocument,
} from '../operations.generated.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { plain } from './text.ts'
import { isId } from './wanted.ts'

/** Shows one thing, whatever its id is of. */
export async function run(call: Call): Promise<number> {
  const [name, another] = call.args
  if (name === undefined || another !== undefined) throw usage('show takes one ID or the NAME of a location')
  const found = await find(call, name)
  if (found === null) throw new Refusal('NOT_FOUND', `there is no execution, package or staging request, and no location, ${name}`)
  if (call.isJson) call.say(JSON.stringify(found))
  else for (const line of linesOf(found, 0)) call.say(line)
  return STATUS.ok
}

async function find({ almagest: { ask }, signal }: Call, name: string): Promise<unknown> {
  if (!isId(name)) return (await ask(LocationDocument, { name }, { signal })).dataLocation
  const { executedObsUnit } = await ask(ObservationDocument, { id: name }, { signal })
  if (executedObsUnit) {
    const files = await ask(FilesOfObservationDocument, { id: name, first: 20 }, { signal })
    return { ...executedObsUnit, files: files.executedObsUnit?.files }
  }
  const { rawDataPackage } = await ask(PackageDocument, { id: name }, { signal })
  return rawDataPackage ?? (await ask(StagingDocument, { id: name }, { signal })).stagingRequest
}

/** A thing as indented lines; what is empty is left out. */
function linesOf(value: unknown, depth: number): string[] {
  const indent = '  '.repeat(depth)
  if (Array.isArray(value)) return value.flatMap(inside => [`${indent}-`, ...linesOf(inside, depth + 1)])
  if (typeof value !== 'object' || value === null) return [`${indent}${plain(String(value))}`]
  return Object.entries(value).flatMap(([name, inside]) => {
    if (name === 'pageInfo' || inside === null || (Array.isArray(inside) && inside.length === 0)) return []
    if (typeof inside !== 'object') return [`${indent}${name}: ${plain(String(inside))}`]
    if (Object.keys(inside as object).join() === 'name') return [`${indent}${name}: ${plain(String((inside as { name: string }).name))}`]
    return [`${indent}${name}:`, ...linesOf(inside, depth + 1)]
  })
}
