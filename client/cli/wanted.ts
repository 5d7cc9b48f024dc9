import { userInfo } from 'node:os'
import type { LocatedFile } from '../almagest.ts'
import { usage } from './cli.ts'
import type { Call } from './command.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a word is an id. */
export function isId(word: string): boolean {
  return UUID.test(word)
}

/** The name of who runs the command; a container may have no name for its user. */
export function nameOfUser(): string {
  try {
    return userInfo().username
  } catch {
    throw usage('--as is missing: this machine has no name for its user')
  }
}

/** Where the files of the command line are, ids and paths, in the order of ids, then paths. */
export async function locateWanted(call: Call): Promise<LocatedFile[]> {
  if (call.args.length === 0) throw usage('name at least one file, by its path or its id')
  const instrument = call.option('instrument')
  const module = call.option('module')
  const site = call.option('site')
  return call.almagest.locate(
    {
      ids: call.args.filter(isId),
      paths: call.args.filter(word => !isId(word)),
      ...(instrument !== null && { instrument }),
      ...(module !== null && { module }),
      ...(site !== null && { site }),
    },
    { signal: call.signal },
  )
}
