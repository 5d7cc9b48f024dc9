import type { Transitions } from '../states.ts'

/** How a piece of work can stand. */
export const STATUSES = ['PENDING', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'] as const
export type Status = (typeof STATUSES)[number]

/** How a piece of work stands. COMPLETED goes back to PENDING when what it made has to be made again. */
export const STATUS_AFTER: Transitions<Status> = {
  PENDING: ['SCHEDULED', 'FAILED'],
  SCHEDULED: ['IN_PROGRESS', 'FAILED'],
  IN_PROGRESS: ['IN_PROGRESS', 'COMPLETED', 'PENDING', 'FAILED'],
  COMPLETED: ['PENDING'],
  FAILED: ['PENDING', 'IN_PROGRESS'],
}
