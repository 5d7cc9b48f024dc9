import { Outage, Refusal } from '@almagest/schema'
import { gone } from '../stores/expected.ts'
import { arrive, wrongPart, type Arrival } from './arrival.ts'
import { runProgram } from './program.ts'
import type { Consignment, Transport } from './transport.ts'

/** A program of the site's own that copies one file, and how it is called. */
export interface Tool {
  readonly command: string
  /** What an operator has to do where it is not installed. */
  readonly install: string
  /** The arguments to bring `source` to the file `target`, which is there already, of its full size, with what an earlier run brought. */
  args(source: string, target: string, consignment: Consignment): string[]
  /** How many bytes there are by what it says, or `null` if it says nothing of it. */
  progress?(text: string): number | null
  /** What a status other than 0 means, if that is known. */
  meaning(status: number): string | undefined
}

/**
 * Lets a program bring the file, from the host that the route names or from where it is mounted here, and reads it again before it is published. It
 * is called without a shell; how ssh reaches the host is said in the ssh configuration of the worker. Where it is not installed: a Refusal.
 */
export function toolTransport(tool: Tool): Transport {
  return {
    send: consignment =>
      arrive(consignment, async arrival => {
        await bring(tool, consignment, arrival)
        for (const part of arrival.missing) {
          consignment.signal.throwIfAborted()
          if (!(await arrival.assembly.verify(part))) throw wrongPart(consignment, part)
        }
      }),
  }
}

async function bring(tool: Tool, consignment: Consignment, { assembly, came }: Arrival): Promise<void> {
  const { route, signal } = consignment
  let bytes = 0
  const ended = await runProgram(tool.command, tool.args(await sourceOf(consignment), assembly.file, consignment), {
    signal,
    onText(text) {
      const now = tool.progress?.(text) ?? null
      if (now === null || now <= bytes) return
      came(now - bytes)
      bytes = now
    },
  })
  if (!ended) {
    throw new Refusal(
      'NOT_FOUND',
      `route ${route.name} sends with ${tool.command}, which is not installed where this worker runs: ${tool.install}`,
    )
  }
  if (ended.status !== 0) {
    const meaning = ended.status === null ? 'it was killed' : (tool.meaning(ended.status) ?? `status ${ended.status}`)
    throw new Outage(`${tool.command} could not bring ${consignment.path} over route ${route.name}: ${meaning}`, {
      cause: new Error(ended.said),
      locationId: null,
      line: true,
    })
  }
}

async function sourceOf({ from, fromPath, route, origin }: Consignment): Promise<string> {
  if (route.sshHost !== null && origin.root !== null) return `${route.sshHost}:${origin.root}/${fromPath}`
  const source = from()
  if (!source.locate)
    throw new Refusal(
      'CONFLICT',
      `route ${route.name} sends files of folders, and ${origin.location} is none: give it the method COPY or HTTP`,
    )
  const found = await source.locate?.(fromPath)
  if (found) return found
  throw gone(`${fromPath} is not where it is to be sent from, at ${origin.location}`)
}
