import { openSpool } from '../spool/spool.ts'
import { STATUS, type Call } from './command.ts'
import { barOf, plain } from './text.ts'

/** Sends what waits in the spool, until nothing does; 3 where the data centre is away, 1 where it refused something or a newer client has to send it. What is not sent goes on waiting. */
export async function send(call: Call, { forever = false } = {}): Promise<number> {
  let sent = 0
  let added = 0
  let refused = 0
  let left = 0
  let total = 0
  const away = new AbortController()
  await using spool = await openSpool({
    folder: call.spoolFolder,
    almagest: call.almagest,
    told: {
      onFiled({ filesAdded }) {
        sent += 1
        added += filesAdded
        call.progress(barOf(sent + refused, Math.max(total, sent + refused), `${sent} filings sent`))
      },
      onRefused({ name, code, message }) {
        refused += 1
        call.note(`refused: ${code}: ${plain(message)} (kept as ${name})`)
      },
      onLeft({ message }) {
        left += 1
        call.note(plain(message))
      },
      onHeld(why) {
        call.note(plain(why))
        if (!forever) away.abort()
      },
    },
  })
  total = (await spool.state()).waiting
  const isDone = await spool.drained({ signal: AbortSignal.any([call.signal, away.signal]) })
  call.progress(null)
  const { waiting } = await spool.state()
  if (sent > 0) call.note(`${sent} filings sent, ${added} files new to the data centre`)
  if (isDone) return refused + left > 0 ? STATUS.no : STATUS.ok
  call.note(`${waiting} filings wait in ${call.spoolFolder}; almagest spool send sends them`)
  return call.signal.aborted ? STATUS.interrupted : STATUS.away
}

/** A clock that is further from that of the data centre than this is told. */
const CLOCK_MS = 300_000

/** Says so when the clock of this machine is not that of the data centre: times that were taken from it are wrong then. */
export async function tellClock({ almagest, note, signal }: Call): Promise<void> {
  try {
    const begun = Date.now()
    const answer = await fetch(`${almagest.url}/healthz`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) })
    const there = Date.parse(answer.headers.get('date') ?? '')
    const ahead = (begun + Date.now()) / 2 - there
    if (Math.abs(ahead) > CLOCK_MS)
      note(
        `the clock of this machine is ${Math.round(Math.abs(ahead) / 60_000)} minutes ${ahead > 0 ? 'ahead of' : 'behind'} that of the data centre: times that were taken from it are wrong`,
      )
  } catch {
    // who sends says that nobody answers
  }
}
