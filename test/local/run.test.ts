import { spawn, type ChildProcess } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ended, openFolder, statOf, until } from './stage.ts'

const RUN = fileURLToPath(new URL('../../run.mjs', import.meta.url))

/** Stands for npx: makes what pnpm would, slowly, and notes each call; two at a time fail. */
const NPX = `#!/bin/sh
echo "$@" >> "$CALLS"
mkdir busy || { echo two installations at once; exit 9; }
sleep 0.3
rmdir busy
echo "the registry said no"
[ ! -e refuse ] || exit 3
mkdir -p node_modules/node-lts/bin
ln -sf "$NODE24" node_modules/node-lts/bin/node
`

// Each has a workspace of its own, and they wait more than they work.
describe.concurrent('run.mjs', () => {
  test('installs the pinned dependencies once, and again when the lockfile has changed', async () => {
    await using place = await openWorkspace({
      'hello.ts': 'const word: string = process.argv.slice(2).join(); console.log(word, process.version)',
    })

    expect(await finish(place.run(['hello.ts', 'a', 'b']))).toMatchObject({
      code: 0,
      out: `a,b ${process.version}\n`,
      err: 'installing dependencies…\n',
    })
    const began = performance.now()
    expect(await finish(place.run(['hello.ts']))).toMatchObject({ code: 0, err: '' })
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(await place.calls()).toEqual(['-y pnpm@1.2.3 --pm-on-fail=ignore install --frozen-lockfile'])

    await writeFile(join(place.path, 'pnpm-lock.yaml'), 'another')
    expect(await finish(place.run(['hello.ts']))).toMatchObject({ code: 0, err: 'installing dependencies…\n' })
    expect(await place.calls()).toHaveLength(2)
  })

  test('lets two first starts install one after the other', async () => {
    await using place = await openWorkspace({ 'hello.ts': 'console.log("hello")' })
    const results = await Promise.all([finish(place.run(['hello.ts'])), finish(place.run(['hello.ts']))])
    expect(results).toMatchObject([
      { code: 0, out: 'hello\n' },
      { code: 0, out: 'hello\n' },
    ])
  })

  test('says what went wrong when the installation fails, and tries again the next time', async () => {
    await using place = await openWorkspace({ 'hello.ts': 'console.log("hello")', refuse: '' })
    for (let attempt = 0; attempt < 2; attempt++) {
      const { code, out, err } = await finish(place.run(['hello.ts']))
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/the registry said no\nthe dependencies could not be installed \(npx pnpm@1.2.3 ended with 3\): .*\n$/)
    }
    expect(await readdir(place.path)).not.toContain('node_modules')
  })

  test("ends with the script's status, or 128 + n when a signal ended it", async () => {
    await using place = await openWorkspace({ 'status.ts': 'process.exit(7)', 'killed.ts': 'process.kill(process.pid, "SIGKILL")' })
    expect(await finish(place.run(['status.ts']))).toMatchObject({ code: 7 })
    expect(await finish(place.run(['killed.ts']))).toMatchObject({ code: 137 })
    expect(await finish(place.run(['nowhere.ts']))).toMatchObject({ code: 1, err: `there is no ${join(place.path, 'nowhere.ts')}\n` })
    expect(await finish(place.run([]))).toMatchObject({ code: 1, err: 'usage: node run.mjs <script.ts> [args…]\n' })
  })

  test("finds its script from any folder, and leaves the script in the caller's", async () => {
    await using place = await openWorkspace({ 'where.ts': 'console.log(process.cwd())' })
    expect(await finish(place.run(['where.ts'], '/usr'))).toMatchObject({ code: 0, out: '/usr\n' })
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes %s on once and waits until the script has ended', async signal => {
    await using place = await openWorkspace({ 'count.ts': counting })
    const child = place.run(['count.ts'])
    await heard(child, 'ready')
    child.kill(signal)
    expect(await finish(child)).toMatchObject({ code: 5, out: `${signal}\n` })
  })

  test('a Ctrl-C in the terminal reaches the script once, although npm and the terminal both send it', async () => {
    await using place = await openWorkspace({ 'count.ts': counting })
    await finish(place.run(['count.ts', 'at once']))
    const terminal = place.npmStart()
    await heard(terminal, 'ready')
    terminal.stdin?.write('\x03')
    const { out } = await finish(terminal)
    expect(out.match(/SIG\w+/g)).toEqual(['SIGINT'])
  })

  test('killed by SIGKILL, it takes the script along in order', async () => {
    await using place = await openWorkspace({ 'count.ts': counting })
    const child = place.run(['count.ts'])
    const pid = Number((await heard(child, 'ready')).split(' ')[1])
    let out = ''
    child.stdout?.on('data', data => (out += String(data)))
    child.kill('SIGKILL')
    await ended(child)
    await until(async () => (await statOf(pid)) === null)
    await sleep(20)
    expect(out).toMatch(/^SIGTERM\n/)
  })
})

/** Says each signal it gets; half a second after the first it ends with status 5. */
const counting = `
setTimeout(() => process.exit(1), process.argv[2] === 'at once' ? 0 : 10_000)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.on(signal, () => {
    console.log(signal)
    setTimeout(() => process.exit(5), 500)
  })
}
console.log('ready', process.pid)
`

interface Workspace extends AsyncDisposable {
  path: string
  run: (args: readonly string[], cwd?: string) => ChildProcess
  /** Types `npm start` at a terminal. */
  npmStart: () => ChildProcess
  calls: () => Promise<string[]>
}

/** A workspace with nothing installed, on a machine whose npx is ours and whose node is the machine's own. */
async function openWorkspace(files: Record<string, string>): Promise<Workspace> {
  const folder = await openFolder()
  const path = join(folder.path, 'work space')
  const bin = join(folder.path, 'bin')
  await mkdir(path)
  await mkdir(bin)
  await copyFile(RUN, join(path, 'run.mjs'))
  await writeFile(join(bin, 'npx'), NPX, { mode: 0o755 })
  const manifest = { packageManager: 'pnpm@1.2.3', type: 'module', scripts: { start: 'node run.mjs count.ts' } }
  const all = { ...files, 'package.json': JSON.stringify(manifest), 'pnpm-lock.yaml': 'one' }
  for (const [name, text] of Object.entries(all)) await writeFile(join(path, name), text)
  const calls = join(folder.path, 'calls')
  const machine = `PATH='${bin}':"$PATH" CALLS='${calls}' NODE24='${process.execPath}' exec "$@"`
  const start = (command: readonly string[], cwd: string) => spawn('sh', ['-c', machine, 'sh', ...command], { cwd })
  return {
    path,
    run: (args, cwd = '/') => start(['node', join(path, 'run.mjs'), ...args], cwd),
    npmStart: () => start(['script', '--quiet', '--return', '--command', 'npm start', '/dev/null'], path),
    calls: async () => (await readFile(calls, 'utf8')).trimEnd().split('\n'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** The output from now on, and the status, when it has ended. */
function finish(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise(resolve => {
    let [out, err] = ['', '']
    child.stdout?.on('data', data => (out += String(data)))
    child.stderr?.on('data', data => (err += String(data)))
    child.once('close', code => resolve({ code, out, err }))
  })
}

/** What a child says when it first says a word. */
function heard(child: ChildProcess, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    const listen = (data: unknown) => {
      out += String(data)
      if (!out.includes(word)) return
      child.stdout?.off('data', listen)
      resolve(out.trim())
    }
    child.stdout?.on('data', listen)
    child.once('close', () => reject(new Error(`ended without saying ${word}: ${out}`)))
  })
}
