import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/* node run.mjs <script.ts> [args…]: installs the pinned dependencies when the lockfile changed, then runs the script with the
   workspace's own Node. Runs on Node 20 with nothing installed. The script's path is relative to this folder, its cwd is the caller's. */

const root = fileURLToPath(new URL('.', import.meta.url))
const node = join(root, 'node_modules/node-lts/bin/node')
const marker = join(root, 'node_modules/.almagest-installed')
let child = null

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !inForeground()) child?.kill(signal)
  })
}

// npm hands a signal to the shell that it started us by, which ends and tells us nothing
if (process.env.npm_lifecycle_script?.includes('run.mjs')) {
  const begun = starters()
  const watching = setInterval(() => {
    if (starters() === begun) return
    clearInterval(watching)
    if (child) child.kill('SIGTERM')
    else process.exit(143)
  }, 500)
  watching.unref()
}

const [script, ...args] = process.argv.slice(2)
if (!script) fail('usage: node run.mjs <script.ts> [args…]')
await install()
const path = resolve(root, script)
if (!existsSync(path)) fail(`there is no ${path}`)
const command = [realpathSync(node), path, ...args]
// TERM for the script when this process is killed: it must not go on alone, holding its data folder
const ended = await run(existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', ...command] : command, {
  stdio: 'inherit',
})
process.exit(ended.code)

async function install() {
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')
  if (existsSync(node) && existsSync(marker) && readFileSync(marker, 'utf8') === digest) return
  console.error('installing dependencies…')
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // --pm-on-fail: npx already chose the version, and pnpm 12 refuses a frozen lockfile that does not list pnpm itself
  const pnpm = ['npx', '-y', packageManager, '--pm-on-fail=ignore', 'install', '--frozen-lockfile']
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: '1' } }
  // the kernel's lock on the lockfile lets one first run install at a time; util-linux has flock on every Debian
  const { code, output } = await run(existsSync('/usr/bin/flock') ? ['/usr/bin/flock', 'pnpm-lock.yaml', ...pnpm] : pnpm, options)
  if ([129, 130, 143].includes(code)) process.exit(code)
  if (code !== 0 || !existsSync(node)) {
    const tail = output.trimEnd().split('\n').slice(-20).join('\n')
    fail(`${tail}\nthe dependencies could not be installed (npx ${packageManager} ended with ${code}): is the npm registry reachable?`)
  }
  writeFileSync(marker, digest)
}

/** Runs a command to its end: its status, or 128 + n after signal n, and the end of what it said where that is piped. */
function run([command, ...args], options) {
  return new Promise(resolve => {
    let output = ''
    child = spawn(command, args, options)
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', data => (output = (output + data).slice(-20_000)))
    child.on('error', error => resolve({ code: 127, output: error.message }))
    child.on('close', (code, signal) => resolve({ code: code ?? 128 + constants.signals[signal], output }))
  })
}

/** Who started this process: npm, or its shell and npm. Others take their place when they end. */
function starters() {
  try {
    const isShell = /^(sh|dash|bash)$/.test(readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim())
    const [, above] = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return isShell ? `${process.ppid} ${above}` : `${process.ppid}`
  } catch {
    return `${process.ppid}`
  }
}

/** Whether Ctrl-C reaches the child without us: the terminal sends it to the whole foreground process group. npm forwards it once more. */
function inForeground() {
  try {
    const [, , group, , terminal, foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return terminal !== '0' && group === foreground
  } catch {
    return process.stdin.isTTY === true
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
