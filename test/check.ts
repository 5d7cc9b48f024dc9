import { parseArgs } from 'node:util'
import { CHECKS, FORMAT, runChecks } from './checks.ts'

/* npm run check [-- --fix]: everything of `npm test` but the tests; --fix formats first. */

const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } })
const { failed } = await runChecks(values.fix ? [FORMAT, ...CHECKS] : CHECKS)
process.exitCode = failed === 0 ? 0 : 1
