import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { plain } from './text.ts'

/** Says why something waits. */
export async function run(call: Call): Promise<number> {
  const [id, another] = call.args
  if (id === undefined || another !== undefined) throw usage('why takes one ID')
  for (const blocked of await call.almagest.whyBlocked(id, { signal: call.signal })) {
    if (call.isJson) {
      call.say(JSON.stringify(blocked))
      continue
    }
    call.say(`${blocked.type} ${plain(blocked.name)}: ${blocked.state}${blocked.reasons.length === 0 ? ', waits for nothing' : ''}`)
    for (const { level, code, message, nextAction, nextAt, who } of blocked.reasons) {
      call.say(`${'  '.repeat(level + 1)}${code}: ${plain(message)}`)
      call.say(`${'  '.repeat(level + 1)}  → ${who}: ${plain(nextAction)}${nextAt ? `, ${nextAt}` : ''}`)
    }
  }
  return STATUS.ok
}
