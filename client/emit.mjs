import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/* node emit.mjs [--remove]: writes JavaScript and declarations to dist/, as the package is published: Node strips no types in node_modules. Packing runs it. */

const here = fileURLToPath(new URL('.', import.meta.url))
const dist = `${here}dist`
rmSync(dist, { recursive: true, force: true })
if (!process.argv.includes('--remove')) {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
  const entries = ['index.ts', 'node.ts', 'cli/main.ts']
  const options = {
    target: 'es2022',
    lib: 'es2023,esnext.disposable,dom,dom.iterable,dom.asynciterable',
    module: 'nodenext',
    types: 'node',
    rootDir: '.',
    outDir: 'dist',
  }
  const flags = [
    'declaration',
    'strict',
    'skipLibCheck',
    'rewriteRelativeImportExtensions',
    'verbatimModuleSyntax',
    'ignoreConfig',
    'noEmitOnError',
  ]
  const args = [...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), ...flags.map(flag => `--${flag}`)]
  execFileSync(process.execPath, [tsc, ...entries, ...args], { cwd: here, stdio: 'inherit' })
  // the first line of the program, for who calls it by its name
  const main = `${dist}/cli/main.js`
  writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, 'utf8').replace(/^#!.*\n/, '')}`)
  chmodSync(main, 0o755)
}
