import { openSpool, type RefusedFiling, type Spool } from '../spool/spool.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { send } from './sending.ts'
import { plain, sizeOf, tableOf } from './text.ts'

/** What to do about what was refused, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  CONFLICT:
    'the data centre keeps what was filed first. A file must not change after it was filed, nor be filed with two keys: file what is new under another name, and drop this',
  DAMAGED: 'file it again, and drop this',
  INTERNAL: 'tell the operators the id under which it is recorded, and retry it when they mended it',
  NOT_FOUND: 'have the operators make what is missing, and retry it; or file it as it should be, and drop this',
}
const OTHER = 'have mended what it names, and retry it; or file it as it should be, and drop this'

/** Looks at the spool, sends it, has what was refused sent again, or drops that; status 1 while something is refused. */
export async function run(call: Call): Promise<number> {
  const [what = 'show', ...names] = call.args
  if (!['show', 'send', 'retry', 'drop'].includes(what) || names.length > (what === 'drop' ? Infinity : what === 'retry' ? 1 : 0))
    throw usage('spool takes nothing, send, retry with the name of a refused filing, or drop with names of such')
  if (call.has('yes') && what !== 'drop') throw usage('--yes goes with spool drop')
  const spool = await openSpool({ folder: call.spoolFolder, almagest: null })
  if (what === 'drop') return drop(call, { spool, names })
  if (what === 'retry') call.note(`${await spool.retry(names[0])} put back`)
  const status = what === 'show' ? STATUS.ok : await send(call)
  if (status !== STATUS.ok && !call.isJson) return status
  const [state, refused] = [await spool.state(), await spool.refused()]
  if (call.isJson) call.say(JSON.stringify({ ...state, refused }))
  else {
    call.say(`${state.folder}: ${state.waiting} wait (${sizeOf(state.bytes)} of ${sizeOf(state.maxBytes)}), ${state.refused} refused`)
    if (state.newer > 0) call.say(`${state.newer} were written by a newer version of almagest and are left for that`)
    if (state.sender) call.say(`process ${state.sender.pid} sends them`)
    if (refused.length > 0) tellRefused(call, refused)
    if (state.refused > refused.length) call.say(`… and ${state.refused - refused.length} more are refused`)
  }
  return status === STATUS.ok && refused.length > 0 ? STATUS.no : status
}

function tellRefused({ say, width }: Call, refused: readonly RefusedFiling[]): void {
  const rows = refused.map(({ name, code, files, message }) => [name, code, files, plain(message)])
  say(`\n${tableOf(['refused', 'code', 'files', 'why'], rows, width)}\n`)
  for (const code of new Set(refused.map(({ code }) => code))) say(`${code}: ${ADVICE[code] ?? OTHER}`)
  say(
    'almagest spool retry [NAME]          sends it again\nalmagest spool drop [NAME…] --yes    removes it from the spool, and leaves the files where they are',
  )
}

/** Removes what was refused, or says what would be. */
async function drop(call: Call, { spool, names }: { spool: Spool; names: readonly string[] }): Promise<number> {
  const refused = await spool.refused(Infinity)
  const wanted = names.length === 0 ? refused : refused.filter(({ name }) => names.includes(name))
  if (wanted.length < new Set(names).size || call.has('yes')) {
    const dropped = await spool.drop(names.length === 0 ? wanted.map(({ name }) => name) : names)
    if (call.isJson) call.say(JSON.stringify({ dropped: wanted }))
    else call.note(`${dropped} dropped`)
    return STATUS.ok
  }
  if (call.isJson) call.say(JSON.stringify({ wouldDrop: wanted }))
  else for (const { name, key, files } of wanted) call.say(`would drop ${name}${key === null ? '' : `: ${files} files of ${plain(key)}`}`)
  call.note(wanted.length === 0 ? 'nothing is refused' : 'nothing was dropped: with --yes they are')
  return STATUS.ok
}
