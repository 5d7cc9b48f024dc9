import { STATUS, type Call } from './command.ts'
import { plain, tableOf } from './text.ts'
import { locateWanted } from './wanted.ts'

/** Says where files can be read; status 1 when one is not known. */
export async function run(call: Call): Promise<number> {
  const located = await locateWanted(call)
  const rows: (string | number | null)[][] = []
  for (const file of located) {
    if (call.isJson) call.say(JSON.stringify(file))
    const name = plain(file.path ?? file.id ?? '')
    if (!file.found) call.note(`${name}: there is no such file`)
    else if (file.sources.length === 0) call.note(`${name}: no copy can be read now`)
    for (const { site, location, type, path, offset, verificationLevel } of file.sources)
      rows.push([name, site, location, type, verificationLevel, offset === null ? plain(path) : `${plain(path)} @ ${offset}`])
  }
  if (!call.isJson && rows.length > 0) call.say(tableOf(['file', 'site', 'location', 'type', 'verified', 'at'], rows, call.width))
  return located.every(({ found, sources }) => found && sources.length > 0) ? STATUS.ok : STATUS.no
}
