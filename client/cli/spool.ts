import { openSpool } from '../spool/spool.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { send } from './sending.ts'
import { plain, sizeOf, tableOf } from './text.ts'

/** Looks at the spool, sends it, or has what was refused sent again; status 1 while something is refused. */
export async function run(call: Call): Promise<number> {
  const [what = 'show', name, another] = call.args
  if (!['show', 'send', 'retry'].includes(what) || another !== undefined || (name !== undefined && what !== 'retry'))
    throw usage('spool takes nothing, send, or retry with the name of a refused filing')
  const spool = await openSpool({ folder: call.spoolFolder, almagest: null })
  if (what === 'retry') call.note(`${await spool.retry(name)} put back`)
  const status = what === 'show' ? STATUS.ok : await send(call)
  if (status !== STATUS.ok && !call.isJson) return status
  const [state, refused] = [await spool.state(), await spool.refused()]
  if (call.isJson) call.say(JSON.stringify({ ...state, refused }))
  else {
    call.say(`${state.folder}: ${state.waiting} wait (${sizeOf(state.bytes)} of ${sizeOf(state.maxBytes)}), ${state.refused} refused`)
    if (state.newer > 0) call.say(`${state.newer} were written by a newer version of almagest and are left for that`)
    if (state.sender) call.say(`process ${state.sender.pid} sends them`)
    if (refused.length > 0)
      call.say(
        `\n${tableOf(
          ['refused', 'code', 'why'],
          refused.map(({ name, code, message }) => [name, code, plain(message)]),
          call.width,
        )}`,
      )
  }
  return status === STATUS.ok && refused.length > 0 ? STATUS.no : status
}
