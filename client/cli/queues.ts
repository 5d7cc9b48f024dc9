import { WorkDocument } from '../operations.generated.ts'
import { STATUS, type Call } from './command.ts'
import { barOf, plain, tableOf } from './text.ts'

/** Shows the work that runs, waits and failed. */
export async function run(call: Call): Promise<number> {
  const work = await call.almagest.ask(WorkDocument, {}, { signal: call.signal })
  if (call.isJson) {
    call.say(JSON.stringify(work))
    return STATUS.ok
  }
  const states = ['running', 'ready', 'waiting', 'failed'] as const
  call.say(states.map(state => `${work[state]?.totalCount.value ?? '?'} ${state}`).join(', '))
  const rows = states.flatMap(state =>
    (work[state]?.nodes ?? []).map(({ id, queue, state, attempt, maxAttempts, bytesDone, bytesTotal, reason }) => [
      queue,
      state,
      `${attempt}/${maxAttempts}`,
      state === 'RUNNING' && bytesTotal ? barOf(bytesDone, bytesTotal, '') : plain(reason ?? ''),
      id,
    ]),
  )
  if (rows.length > 0) call.say(`\n${tableOf(['queue', 'state', 'attempt', '', 'id'], rows, call.width)}`)
  return STATUS.ok
}
