import { Refusal } from '../errors.ts'
import type { RawDataFileFilter } from '../operations.generated.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { plain, sizeOf, tableOf } from './text.ts'

/** Lists files. */
export async function run(call: Call): Promise<number> {
  const limit = Number(call.option('limit') ?? 100)
  if (!Number.isSafeInteger(limit) || limit < 1) throw usage('--limit must be a whole number of at least 1')
  const files = []
  let isMore = false
  for await (const file of call.almagest.find(filterOf(call), { signal: call.signal })) {
    if (files.length === limit) {
      isMore = true
      break
    }
    if (call.isJson) call.say(JSON.stringify(file))
    files.push(file)
  }
  if (!call.isJson && files.length > 0) {
    const rows = files.map(({ path, bytes, package: inPackage, copies }) => [
      plain(path),
      sizeOf(bytes),
      inPackage?.state ?? 'not packaged',
      [...new Set((copies ?? []).filter(({ status }) => status !== 'DELETED').map(({ location }) => location.name))].join(' '),
      inPackage?.name ?? null,
    ])
    call.say(tableOf(['path', 'size', 'state', 'copies', 'package'], rows, call.width))
  }
  if (isMore) call.note(`there are more than ${limit}: --limit N lists more`)
  if (files.length === 0) call.note('there is none')
  return STATUS.ok
}

function filterOf(call: Call): RawDataFileFilter {
  const [pathPrefix, another] = call.args
  if (another !== undefined) throw usage('ls takes one PREFIX')
  const given = {
    pathPrefix,
    instrument: call.option('instrument'),
    module: call.option('module'),
    program: call.option('program'),
    source: call.option('source'),
    execution: call.option('execution'),
    startedFrom: call.option('from'),
    startedBefore: call.option('before'),
  }
  const cone = call.option('cone')
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null)),
    ...(cone !== null && { cone: coneOf(cone) }),
  }
}

function coneOf(text: string): { raDeg: number; decDeg: number; radiusDeg: number } {
  const [raDeg, decDeg, radiusDeg, more] = text.split(',').map(part => (part.trim() === '' ? NaN : Number(part)))
  if (![raDeg, decDeg, radiusDeg].every(Number.isFinite) || more !== undefined)
    throw new Refusal('BAD_INPUT', `usage: --cone must be RA,DEC,RADIUS in degrees, as 83.8,-5.4,1, not ${JSON.stringify(text)}`)
  return { raDeg: raDeg ?? NaN, decDeg: decDeg ?? NaN, radiusDeg: radiusDeg ?? NaN }
}
