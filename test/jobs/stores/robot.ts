import { spawn } from 'node:child_process'
import { appendFile, chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { TapeLibrary } from '@almagest/jobs'

/* A tape library with a robot of two drives, as a process of its own: what is only on tape shows as a file of its size, full of zeros. */

const DRIVES = 2

/** What the commands of the site do: a file below `vault` is on tape alone, one below `queue` is asked for. */
const COMMANDS = `#!/bin/sh
set -eu
dir=$1 what=$2
shift 2
[ $what = state ] || echo "$what $#" >>"$dir/calls"
for path in "$@"; do
  tape="$dir/vault$path" asked="$dir/queue$path"
  case $what in
    state) if [ -e "$asked" ]; then echo RECALLING; elif [ -e "$tape" ]; then echo OFFLINE; else echo ONLINE; fi ;;
    recall) if [ -e "$tape" ]; then mkdir -p "$(dirname "$asked")"; : >"$asked"; fi ;;
    release)
      [ ! -e "$tape" ] || continue
      mkdir -p "$(dirname "$tape")"
      cp -p "$path" "$tape.part"
      size=$(stat -c %s "$path") mode=$(stat -c %a "$path")
      chmod u+w "$path"
      : >"$path"
      truncate -s "$size" "$path"
      touch -r "$tape.part" "$path"
      chmod "$mode" "$path"
      mv "$tape.part" "$tape" ;;
  esac
done
`

/** A library whose robot runs until it is disposed of. */
export interface Robot extends AsyncDisposable {
  readonly library: TapeLibrary
  /** What was asked of it, besides states: `recall 3` asks for three files. */
  calls(): Promise<string[]>
  /** What the drives did, in order: `<drive> mount <volume>`, `<drive> begin <file>`, `<drive> end <file>`. */
  log(): Promise<string[]>
}

/** Starts a robot for the files below `root`; `folder` is its own. A volume is a folder of files. */
export async function startRobot(
  folder: string,
  root: string,
  { mountMs = 60, readMs = 30 }: { mountMs?: number; readMs?: number } = {},
): Promise<Robot> {
  for (const name of ['vault', 'queue']) await mkdir(join(folder, name), { recursive: true })
  for (const name of ['calls', 'log']) await writeFile(join(folder, name), '')
  const script = join(folder, 'commands.sh')
  await writeFile(script, COMMANDS)
  await chmod(script, 0o755)
  const child = spawn(process.execPath, [import.meta.filename, folder, String(mountMs), String(readMs)], { stdio: 'ignore' })
  const ended = new Promise(resolve => child.once('exit', resolve))
  const lines = async (name: string) => (await readFile(join(folder, name), 'utf8')).split('\n').filter(Boolean)
  return {
    library: {
      root,
      state: [script, folder, 'state', '{}'],
      recall: [script, folder, 'recall', '{}'],
      release: [script, folder, 'release'],
      pollS: 1,
    },
    calls: () => lines('calls'),
    log: () => lines('log'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The robot itself: each drive takes what is asked for, of the volume that it has mounted first, and mounts another only when none is left. */
async function runRobot(folder: string, { mountMs, readMs }: { mountMs: number; readMs: number }): Promise<void> {
  const taken = new Set<string>()
  const [vault, queue] = [join(folder, 'vault'), join(folder, 'queue')]
  const note = (text: string) => appendFile(join(folder, 'log'), `${text}\n`)

  async function drive(name: number): Promise<void> {
    let mounted = ''
    for (;;) {
      const entries = await readdir(queue, { recursive: true, withFileTypes: true })
      const asked = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name).slice(queue.length))
      const free = asked.filter(path => !taken.has(path)).sort()
      const path = free.find(one => dirname(one) === mounted) ?? free[0]
      if (path === undefined) {
        await delay(10)
        continue
      }
      taken.add(path)
      if (dirname(path) !== mounted) {
        mounted = dirname(path)
        await delay(mountMs)
        await note(`${name} mount ${mounted}`)
      }
      await note(`${name} begin ${path}`)
      await delay(readMs)
      await bringBack(path)
      await note(`${name} end ${path}`)
      taken.delete(path)
    }
  }

  async function bringBack(path: string): Promise<void> {
    const { mode, atime, mtime } = await stat(path)
    await chmod(path, mode | 0o200)
    await writeFile(path, await readFile(join(vault, path)))
    await utimes(path, atime, mtime)
    await chmod(path, mode)
    await rm(join(vault, path))
    await rm(join(queue, path))
  }

  await Promise.all(Array.from({ length: DRIVES }, (_, index) => drive(index)))
}

if (import.meta.main) {
  const [folder = '', mountMs, readMs] = process.argv.slice(2)
  await runRobot(folder, { mountMs: Number(mountMs), readMs: Number(readMs) })
}
