import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { plain } from './text.ts'

/** Follows what happens. */
export async function run(call: Call): Promise<number> {
  const count = Number(call.option('count') ?? Infinity)
  if (!(count >= 1)) throw usage('--count must be at least 1')
  const [after, since] = [call.option('after'), call.option('since')]
  let told = 0
  const following = {
    signal: call.signal,
    ...(after !== null && { after }),
    ...(since !== null && { since }),
    subjectId: call.args,
    subjectType: call.options('type'),
    location: call.options('location'),
    package: call.options('package'),
    onCut: (why: string) => call.note(`cut: ${why}; it comes back`),
  }
  for await (const event of call.almagest.events(following)) {
    const { at, subjectType, subjectId, field, fromState, toState, reason } = event
    const change = `${fromState ?? '–'} → ${toState}`
    call.say(
      call.isJson
        ? JSON.stringify(event)
        : `${at}  ${subjectType} ${subjectId}  ${field} ${plain(change)}${reason ? `  ${plain(reason)}` : ''}`,
    )
    if (++told >= count) break
  }
  return STATUS.ok
}
