import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bed, Bench } from './bench.ts'
import { compare, judge, type Result } from './measure.ts'
import { OPTIONS, isHere, nameOf, openTars, shapesOf, type Tars } from './tars.ts'

const PEAK_MB = 200

const PYTHON = `
import hashlib, io, os, tarfile, sys
out = tarfile.open('out.tar', 'w', format=tarfile.PAX_FORMAT)
with open('manifest', 'w') as manifest:
    for folder, folders, names in sorted(os.walk(sys.argv[1])):
        for name in sorted(names):
            path = os.path.join(folder, name)
            info = out.gettarinfo(path)
            with open(path, 'rb') as file:
                data = file.read()
            manifest.write(f'{hashlib.sha256(data).hexdigest()}  {path}\\n')
            out.addfile(info, io.BytesIO(data))
out.close()
`

/** Making one tar of many files with a digest of each, against programs that make a tar. */
export const bench: Bench = {
  about:
    'packing files as one tar with a digest of each and of the package, against tar without any and others with SHA-256; and its memory',
  options: OPTIONS,
  async run(bed) {
    const results: Result[] = []
    for (const shape of shapesOf(bed)) {
      await using tars = await openTars(bed, shape)
      results.push(...(await compareSpeed(tars, bed)), await judgeMemory(tars))
    }
    return results
  },
}

async function compareSpeed(tars: Tars, bed: Bed): Promise<Result[]> {
  const { pack, run } = tars
  const what = `packing ${nameOf(tars.shape)}`
  const common = { rounds: bed.number('rounds'), say: bed.say, unit: 'MB/s', better: 'higher', what, a: pack } as const
  const results = [
    await compare({ ...common, against: 'tar cf', target: 0.9, b: () => run('tar -C "$source" -cf out.tar .') }),
    await compare({
      ...common,
      rounds: Math.ceil(common.rounds / 2),
      against: 'tar | tee >(sha256sum)',
      target: 8,
      b: () => run('tar -C "$source" -cf - . | tee >(sha256sum > digest) > out.tar; until [ -s digest ]; do :; done'),
    }),
  ]
  if (!(await isHere('python3', bed))) return results
  const b = () => run(`python3 - "$source" <<'END'\n${PYTHON}\nEND`)
  return [
    ...results,
    await compare({ ...common, rounds: Math.ceil(common.rounds / 2), against: 'Python tarfile, hashlib.sha256', target: 10, b }),
  ]
}

/** By how much the memory of a process grows that packs the files. */
async function judgeMemory({ source, scratch, shape }: Tars): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'packer.ts'),
    source,
    scratch,
    String(shape.bytes),
  ])
  const question = {
    what: `memory that packing ${nameOf(shape)} takes`,
    against: 'the limit',
    target: 1,
    better: 'lower',
    unit: 'MB',
  } as const
  return judge(question, { a: [Number(stdout)], b: [PEAK_MB] })
}
