import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Outage } from '@almagest/schema'
import { DIRECT_BYTES, EXTENT_BYTES, type Answers, type Failure, type Order, type Reply, type Task } from './tasks.ts'

/** How long work that was called off may go on before its thread is given up, with its buffer. */
const STOP_MS = 800
const WASM_PAGE_BYTES = 65_536

// Of the web's types only this one is needed, and @types/node does not have it.
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer }
}

/** The threads of this process that read, digest and write: started when they are first needed, ended when this is disposed of. */
export interface Threads extends AsyncDisposable {
  readonly count: number
  /** Does one piece of work with them, and forgets what they kept of it. Throws the signal's reason within a second after it aborts. */
  work<result>(signal: AbortSignal, step: (job: ThreadJob) => Promise<result>): Promise<result>
}

/** One piece of work for the threads. What a thread throws is thrown here; that a thread ended is an Outage. */
export interface ThreadJob {
  /** Has one task done that needs no buffer. */
  ask<task extends Task>(task: task): Promise<Answers[task['kind']]>
  /**
   * Has tasks done, as many at a time as there are buffers, and hands over what each gave in the order of the tasks; `buffer` is as the thread
   * left it, until `take` is over. Tasks of the same `pin` are done by one thread in their order.
   */
  each<task extends Task>(
    tasks: AsyncIterable<{ task: task; pin: number | null }>,
    take: (task: task, answer: Answers[task['kind']], buffer: Buffer) => Promise<void> | void,
  ): Promise<void>
}

interface Running {
  readonly worker: Worker
  readonly pending: Map<number, PromiseWithResolvers<Answers[Task['kind']]>>
}

/** The threads of a process, `count` of them, and two buffers for each. */
export function openThreads(count: number): Threads {
  const running: (Running | null)[] = Array.from({ length: count }, () => null)
  const idle: SharedArrayBuffer[] = []
  const waiting: PromiseWithResolvers<SharedArrayBuffer>[] = []
  let made = 0
  let last = 0
  let turn = 0

  function thread(index: number): Running {
    const there = running[index]
    if (there) return there
    const worker = new Worker(new URL('thread.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 3 },
    })
    const started: Running = { worker, pending: new Map() }
    running[index] = started
    let cause: unknown = null
    worker.unref()
    worker.on('error', error => (cause = error))
    worker.on('message', (reply: Reply) => settle(started, reply))
    worker.on('exit', () => {
      if (running[index] === started) running[index] = null
      for (const { reject } of started.pending.values()) {
        reject(new Outage('a thread that reads and writes files ended before its work was done', { cause, locationId: null }))
      }
    })
    return started
  }

  function settle({ worker, pending }: Running, reply: Reply): void {
    const asked = pending.get(reply.id)
    pending.delete(reply.id)
    if (pending.size === 0) worker.unref()
    if ('failure' in reply) asked?.reject(errorOf(reply.failure))
    else asked?.resolve(reply.answer)
  }

  function post(index: number, order: Omit<Extract<Order, { task: Task }>, 'id'>): Promise<Answers[Task['kind']]> {
    const { worker, pending } = thread(index)
    const asked = Promise.withResolvers<Answers[Task['kind']]>()
    const id = ++last
    pending.set(id, asked)
    worker.ref()
    worker.postMessage({ id, ...order } satisfies Order, [])
    return asked.promise
  }

  /** The thread with the least to do, in turn. */
  function freest(): number {
    const loads = running.map(there => there?.pending.size ?? 0)
    const least = Math.min(...loads)
    for (turn = (turn + 1) % count; loads[turn] !== least;) turn = (turn + 1) % count
    return turn
  }

  function findBuffer(): SharedArrayBuffer | null {
    const free = idle.pop()
    if (free || made >= 2 * count) return free ?? null
    made += 1
    const pages = EXTENT_BYTES / WASM_PAGE_BYTES + Math.ceil((2 * DIRECT_BYTES) / WASM_PAGE_BYTES)
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer
  }

  function giveBack(buffer: SharedArrayBuffer): void {
    const next = waiting.shift()
    if (next) next.resolve(buffer)
    else idle.push(buffer)
  }

  async function waitForBuffer(stopped: Promise<never>): Promise<SharedArrayBuffer> {
    const next = Promise.withResolvers<SharedArrayBuffer>()
    waiting.push(next)
    try {
      return await Promise.race([next.promise, stopped])
    } catch (error) {
      if (waiting.includes(next)) waiting.splice(waiting.indexOf(next), 1)
      else giveBack(await next.promise)
      throw error
    }
  }

  return {
    count,
    async work(signal, step) {
      signal.throwIfAborted()
      const job = ++last
      const stop = new SharedArrayBuffer(4)
      const halt = () => Atomics.store(new Int32Array(stop), 0, 1)
      const stopped = Promise.withResolvers<never>()
      stopped.promise.catch(() => null)
      const abort = () => {
        halt()
        stopped.reject(signal.reason)
      }
      signal.addEventListener('abort', abort)
      const used = new Set<Running>()
      const begin = (index: number, task: Task, slot: SharedArrayBuffer | null) => {
        const done = post(index, { job, task, slot, stop })
        done.catch(() => null)
        const there = running[index]
        if (there) used.add(there)
        return done
      }

      /** What is under way ends by itself, soon; a thread that does not is ended, and its buffer is never used again. */
      async function callOff(under: readonly Under[]): Promise<void> {
        halt()
        const settled = new Set<Under>()
        const all = Promise.all(
          under.map(each =>
            each.done
              .then(
                () => null,
                () => null,
              )
              .then(() => settled.add(each)),
          ),
        )
        await Promise.race([all, delay(STOP_MS, undefined, { ref: false })])
        for (const each of under) {
          if (settled.has(each)) giveBack(each.slot)
          else {
            made -= 1
            const { worker } = each.by
            void worker.terminate()
            for (const index of running.keys()) if (running[index] === each.by) running[index] = null
          }
        }
      }

      try {
        return await step({
          ask: task => Promise.race([begin(freest(), task, null), stopped.promise]) as Promise<never>,
          async each(tasks, take) {
            const under: Under[] = []
            const pins = new Map<number, number>()
            const takeFirst = async () => {
              const [first] = under
              if (!first) return
              const answer = await Promise.race([first.done, stopped.promise])
              await take(first.task as never, answer as never, Buffer.from(first.slot))
              under.shift()
              giveBack(first.slot)
            }
            try {
              for await (const { task, pin } of tasks) {
                signal.throwIfAborted()
                let slot = findBuffer()
                while (!slot && under.length > 0) {
                  await takeFirst()
                  slot = findBuffer()
                }
                slot ??= await waitForBuffer(stopped.promise)
                const index = (pin === null ? null : pins.get(pin)) ?? freest()
                if (pin !== null) pins.clear()
                if (pin !== null) pins.set(pin, index)
                const done = begin(index, task, slot)
                under.push({ task, slot, done, by: thread(index) })
              }
              while (under.length > 0) await takeFirst()
            } catch (error) {
              await callOff(under)
              throw signal.aborted ? signal.reason : error
            }
          },
        })
      } finally {
        signal.removeEventListener('abort', abort)
        for (const { worker } of used) worker.postMessage({ over: job } satisfies Order, [])
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map(there => there?.worker.terminate()))
    },
  }
}

/** A task that a thread has. */
interface Under {
  readonly task: Task
  readonly slot: SharedArrayBuffer
  readonly done: Promise<unknown>
  readonly by: Running
}

function errorOf({ message, stack, code, syscall, side }: Failure): Error {
  const error = new Error(message)
  if (stack !== '') error.stack = stack
  return code === null ? error : Object.assign(error, { code, side, ...(syscall !== null && { syscall }) })
}
