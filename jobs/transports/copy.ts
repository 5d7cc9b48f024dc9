import { Outage } from '@almagest/schema'
import { counted } from '../verification.ts'
import type { Transport } from './transport.ts'

/** For two locations that are both mounted where the worker runs. */
export const copyTransport: Transport = {
  async send({ from, to, path, expected, token, signal, onBytes }) {
    await using reading = await from.read(path, { signal })
    if (!reading) throw new Outage(`${path} is not where it is to be sent from`, { locationId: null })
    return await to.write(path, counted(reading, onBytes), { token, signal, expected })
  },
}
