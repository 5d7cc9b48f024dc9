import { parentPort } from 'node:worker_threads'
import { checkExtent } from './check.ts'
import { packExtent } from './pack.ts'
import { statFiles } from './stat.ts'
import { openHeld, type Held } from './held.ts'
import type { Answers, Failure, Order, Reply, Task } from './tasks.ts'

/* A thread of a worker: does one task after another, without waiting for anything but the file system. It knows no database and no store. */

const port = parentPort
if (!port) throw new Error('this is the program of a thread')
const jobs = new Map<number, Held>()

port.on('message', (order: Order) => {
  if ('over' in order) {
    jobs.get(order.over)?.close()
    jobs.delete(order.over)
    return
  }
  const held = jobs.get(order.job) ?? openHeld(new Int32Array(order.stop))
  jobs.set(order.job, held)
  port.postMessage(replyTo(order, held))
})

function replyTo({ id, task, slot }: Exclude<Order, { over: number }>, held: Held): Reply {
  try {
    return { id, answer: perform(task, held, slot) }
  } catch (error) {
    return { id, failure: failureOf(error) }
  }
}

function perform(task: Task, held: Held, slot: SharedArrayBuffer | null): Answers[Task['kind']] {
  if (task.kind === 'stat') return statFiles(task, held)
  if (!slot) throw new Error(`a task of the kind ${task.kind} needs a buffer`)
  return task.kind === 'pack' ? packExtent(task, held, Buffer.from(slot)) : checkExtent(task, held, Buffer.from(slot))
}

function failureOf(error: unknown): Failure {
  const { message, stack, code, syscall, side } = error as Partial<Record<keyof Failure, unknown>>
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    message: text(message) ?? String(error),
    stack: text(stack) ?? '',
    code: text(code),
    syscall: text(syscall),
    side: side === 'FROM' || side === 'TO' ? side : null,
  }
}
