import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'
import { reportUseCases, type Ended } from './use-case-report.ts'
import { USE_CASES } from './use-cases.ts'

/** What the process that runs the tests tells the one that started it, once. */
export interface Summary {
  readonly passed: number
  /** Tests, and files, suites and hooks that failed outside of any test. */
  readonly failed: number
  readonly skipped: number
  /** What makes the run fail beside them, one sentence each. */
  readonly problems: readonly string[]
}

const FOLDER = join(import.meta.dirname, 'reports')

/** Writes `test/reports/use-cases.md` after a run of all tests, and tells the parent process how they ended. */
export default function useCaseReporter(): Reporter {
  let vitest: Vitest
  return {
    onInit(started) {
      vitest = started
    },
    async onTestRunEnd(modules, errors, reason) {
      const tests = modules.flatMap(module => [...module.children.allTests()])
      const { markdown, problems: misuse } = reportUseCases(USE_CASES, tests.map(toEnded))
      if (reason !== 'interrupted' && (await isWhole(vitest, modules))) await write(markdown)
      else console.log('only a part of the tests ran: test/reports/use-cases.md stays as it was')
      const problems = [
        ...misuse,
        ...errors.map(({ name, message }) => `outside of any test: ${name ?? 'Error'}: ${message}`),
        ...(reason === 'interrupted' ? ['the run was interrupted'] : []),
      ]
      const counted = (state: Ended['state']): number => tests.filter(test => toEnded(test).state === state).length
      const outside = modules.flatMap(module => [module, ...module.children.allSuites()]).filter(isBroken).length
      const summary = { passed: counted('passed'), failed: counted('failed') + outside, skipped: counted('skipped'), problems }
      await tell(summary)
    },
  }
}

function toEnded(test: TestCase): Ended {
  const names = [test.name]
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) names.unshift(parent.name)
  const { state } = test.result()
  return { names, file: test.module.relativeModuleId, state: state === 'pending' ? 'skipped' : state }
}

/** Whether a file or a suite failed by itself: it could not be loaded, or a hook around its tests threw. */
function isBroken(part: TestModule | TestSuite): boolean {
  return part.errors().length > 0
}

async function isWhole(vitest: Vitest, modules: readonly TestModule[]): Promise<boolean> {
  return !vitest.config.testNamePattern && (await vitest.globTestSpecifications()).length === modules.length
}

async function write(markdown: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  await writeFile(join(FOLDER, 'use-cases.md'), markdown)
  console.log(`${markdown.slice(0, markdown.indexOf('\n'))} (test/reports/use-cases.md)`)
}

function tell(summary: Summary): Promise<void> {
  return new Promise(resolve => {
    if (process.send) process.send(summary, undefined, undefined, () => resolve())
    else resolve()
  })
}
