import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LONG } from '../long.ts'
import { runEpisode, type EpisodeOptions, type Outcome } from './episode.ts'
import { report } from './report.ts'
import { startSystem, type System, type SystemOptions } from './supervisor.ts'

/** One fault and how it is tried. */
export interface Trial extends Omit<EpisodeOptions, 'seed'> {
  /** A sentence: what happens, and what holds. */
  readonly title: string
  /** The use case that it verifies. */
  readonly useCase?: string
  /** The seeds of the short form; with none only the long form tries it. */
  readonly seeds?: readonly number[]
  /** Why it cannot be tried here; null: it can. */
  readonly skip?: string | null
  /** How many seeds the long form has. */
  readonly long?: number
}

/** `17`, `3-8` or `3-8,17`: what is tried instead of the seeds of either form. */
const asked = process.env.FAULT_SEED?.split(',').flatMap(part => {
  const [first = 1, last = first] = part.split('-').map(Number)
  return range(first, last)
})

/** The seeds that are tried: those that were asked for, or those of the form. */
export function seedsOf({ short, long }: { short: readonly number[]; long: number }): readonly number[] {
  return asked ?? (LONG ? range(1, long) : short)
}

/** Tries faults one after the other on one system, each with all of its seeds; afterwards the archives hold nothing that nobody handed in. */
export function tryFaults(name: string, trials: readonly Trial[], options: SystemOptions = {}): void {
  describe(`${name}`, () => {
    let system: System
    beforeAll(async () => {
      system = await startSystem(options)
    }, 180_000)
    afterAll(async () => {
      const wrong = await system.oracle.judgeArchives()
      await system[Symbol.asyncDispose]()
      expect(wrong).toEqual([])
    }, 60_000)

    for (const { title, useCase, seeds = [1], long = 20, skip = null, ...trial } of trials) {
      const sentence = `${useCase === undefined ? '' : `${useCase} `}${trial.fault} ${title} (seed %i)`
      const told = skip === null ? sentence : `${sentence}: ${skip}`
      test.skipIf(skip !== null).for(seedsOf({ short: seeds, long }))(`${told}`, { timeout: LONG ? 600_000 : 240_000 }, async seed => {
        const outcome = await runEpisode(system, { ...trial, seed }).catch((error: unknown) => endedBy(error, seed))
        await report({ fault: trial.fault, title, outcomes: [outcome] })
        expect(outcome.broken, `replay it by: npm run test:faults -- --fault ${trial.fault} --seed ${seed}`).toEqual([])
        expect(outcome.injected, 'what was to go wrong went wrong').not.toEqual([])
      })
    }
  })
}

/** What an episode came to that ended by an error. */
function endedBy(error: unknown, seed: number): Outcome {
  const nothing = {
    files: 0,
    bytes: 0,
    operations: 0,
    claims: 0,
    samples: 0,
    goneBytes: 0,
    refusals: 0,
    tookMs: 0,
    injected: [],
    recoveries: [],
  }
  return { ...nothing, seed, broken: [`the episode ended by an error: ${error instanceof Error ? error.message : String(error)}`] }
}

function range(least: number, most: number): readonly number[] {
  return Array.from({ length: most - least + 1 }, (_, n) => least + n)
}
