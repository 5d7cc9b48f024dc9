import { readFile, writeFile } from 'node:fs/promises'
import { DOCUMENT, withDiagrams } from './diagrams.ts'

/* node test/generate-diagrams.ts [--check]: draws the lifecycles in ARCHITECTURE.md from the transition tables. --check writes nothing and
   ends with status 1 when they are out of date. */

const old = await readFile(DOCUMENT, 'utf8')
const text = withDiagrams(old)
if (text !== old) {
  const check = process.argv.includes('--check')
  console.log(check ? 'ARCHITECTURE.md is out of date: run node test/generate-diagrams.ts' : 'ARCHITECTURE.md')
  if (check) process.exitCode = 1
  else await writeFile(DOCUMENT, text)
}
