/**
 * Every moment at which it matters that a worker ends there, or stands still: between two effects that belong together. The tests of faults end or stop
 * a process at each; each is named in the code once.
 */
export const CRASH_POINTS = [
  'after-claim',
  'before-complete',
  'before-sweep-commit',
  'after-sweep-before-nudge',
  'before-link',
  'after-link-before-sync',
  'after-publish',
  'after-packaging-begun',
  'after-tar-before-row',
  'after-package-row',
  'after-transfer-begun',
  'after-part',
  'before-assembly-published',
  'after-arrival-before-row',
  'after-arrival-row',
  'after-unpack-begun',
  'before-unpack-row',
  'after-reread-before-row',
  'after-reread-row',
  'after-archive-written',
  'after-archive-reread',
  'after-sidecar-before-row',
  'after-archive-row',
  'before-folder-renamed',
  'after-folder-renamed',
  'after-unpacked-before-row',
  'after-staged-row',
  'after-marked',
  'after-authorised',
  'before-removal',
  'before-unlink',
  'after-unlink',
  'after-folder-to-trash',
  'after-removal-before-row',
  'after-removal-row',
] as const
export type CrashPoint = (typeof CRASH_POINTS)[number]

/** What a process does when it comes to a crash point: `at`, for the `after`-th time plus one. */
export interface Crash {
  readonly at: CrashPoint
  readonly by: 'SIGKILL' | 'SIGSTOP'
  readonly after: number
}

let armed: Crash | null = null
let passed = 0

/** Lets this process end, or stand still once, at a crash point; null: at none. */
export function armCrashPoint(crash: Crash | null): void {
  armed = crash
  passed = 0
}

/** Nothing, unless this crash point is the one that was armed. */
export function crashPoint(point: CrashPoint): void {
  if (armed?.at !== point || passed++ < armed.after) return
  const { by } = armed
  armed = null
  process.kill(process.pid, by)
}

/** Reads `POINT`, `POINT:SIGSTOP` or `POINT:SIGKILL:2`: the third time; null for what is none. */
export function crashOf(setting: string): Crash | null {
  const [name, by = 'SIGKILL', after = '0', ...more] = setting.split(':')
  const at = CRASH_POINTS.find(point => point === name)
  if (!at || (by !== 'SIGKILL' && by !== 'SIGSTOP') || !/^\d{1,3}$/.test(after) || more.length > 0) return null
  return { at, by, after: Number(after) }
}
