import { describe, expect, test } from 'vitest'
import {
  COPY_AFTER,
  COPY_STATUSES,
  next,
  OPERATION_AFTER,
  OPERATION_STATES,
  PACKAGE_STATE_AFTER,
  PACKAGE_STATES,
  STAGED_PACKAGE_AFTER,
  STAGING_AFTER,
  STAGING_STATUSES,
  STATUS_AFTER,
  STATUSES,
  type Transitions,
} from '@almagest/schema'

const TABLES: readonly (readonly [
  name: string,
  table: Transitions<string>,
  states: readonly string[],
  first: string,
  final: readonly string[],
])[] = [
  ['Status', STATUS_AFTER, STATUSES, 'PENDING', []],
  ['PackageState', PACKAGE_STATE_AFTER, PACKAGE_STATES, 'WAITING', ['ARCHIVED']],
  ['PhysicalCopyStatus', COPY_AFTER, COPY_STATUSES, 'WRITING', ['DELETED']],
  ['OperationState', OPERATION_AFTER, OPERATION_STATES, 'READY', ['DONE']],
  ['StagingStatus', STAGING_AFTER, STAGING_STATUSES, 'PENDING', ['EXPIRED']],
  ['StagedPackage', STAGED_PACKAGE_AFTER, STATUSES.filter(status => status !== 'SCHEDULED'), 'PENDING', ['COMPLETED']],
]

describe('a step from one state to another', () => {
  test('is the new state if the table has it', () => {
    expect(next(STATUS_AFTER, 'SCHEDULED', 'IN_PROGRESS')).toBe('IN_PROGRESS')
    expect(next(OPERATION_AFTER, 'RUNNING', 'RUNNING')).toBe('RUNNING')
  })

  test('is refused with INVALID_TRANSITION if the table does not have it, also to the state itself', () => {
    expect(() => next(COPY_AFTER, 'PRESENT', 'DELETED')).toThrow(
      expect.objectContaining({ code: 'INVALID_TRANSITION', message: 'PRESENT cannot become DELETED' }),
    )
    expect(() => next(COPY_AFTER, 'PRESENT', 'PRESENT')).toThrow('PRESENT cannot become PRESENT')
    expect(() => next(STAGING_AFTER, 'EXPIRED', 'PENDING')).toThrow('EXPIRED cannot become PENDING')
  })
})

describe.for(TABLES)('the states of a %s', ([, table, states, first, final]) => {
  test('are those of its table, and lead to no other', () => {
    expect(Object.keys(table).sort()).toEqual([...states].sort())
    for (const targets of Object.values(table)) {
      expect(states).toEqual(expect.arrayContaining([...targets]))
      expect(new Set(targets).size).toBe(targets.length)
    }
  })

  test('can all be reached from the first', () => {
    const reached = new Set([first])
    for (const state of reached) for (const target of table[state] ?? []) reached.add(target)
    expect([...reached].sort()).toEqual([...states].sort())
  })

  test('are final where nothing follows, and only there', () => {
    expect(states.filter(state => table[state]?.length === 0).sort()).toEqual([...final].sort())
    for (const state of final)
      for (const target of states) expect(() => next(table, state, target)).toThrow(`${state} cannot become ${target}`)
  })
})

test('a copy is DELETED only after its deletion was authorised, and is authorised only after it was marked', () => {
  const before = (state: string) => COPY_STATUSES.filter(from => (COPY_AFTER[from] as readonly string[]).includes(state))
  expect(before('DELETED')).toEqual(['DELETION_IN_PROGRESS'])
  expect(before('DELETION_IN_PROGRESS')).toEqual(['DELETION_SCHEDULED'])
})
