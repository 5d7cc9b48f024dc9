import { openTransports } from '@almagest/jobs'
import { serveData } from './served.ts'
import { transportContract } from './transport-contract.ts'

transportContract('http', {
  async open(world, topology) {
    const { server, keys } = await serveData(world, topology)
    return {
      transport: openTransports({ keys }).HTTP,
      ready: consignment => ({ ...consignment, origin: { ...consignment.origin, dataUrl: server.url } }),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
})
