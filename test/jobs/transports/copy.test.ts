import { openTransports } from '@almagest/jobs'
import { transportContract } from './transport-contract.ts'

transportContract('copy', {
  open: async () => ({ transport: openTransports().COPY, ready: consignment => consignment, async [Symbol.asyncDispose]() {} }),
})
