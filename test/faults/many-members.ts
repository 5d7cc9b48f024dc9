import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkTar, openDigest, openThreads, posixStore, writeTar, type ManifestMember, type TarMember } from '@almagest/jobs'
import { planTar } from '../jobs/packages.ts'

/* node many-members.ts FOLDER COUNT: writes a tar of so many files of 0 or 1 bytes, checks it, and writes what was found as JSON. */

const [folder = '', count = ''] = process.argv.slice(2)
const digests = [Buffer.alloc(0), Buffer.alloc(1)].map(content => {
  const digest = openDigest()
  digest.update(content)
  return digest.done()
})

await mkdir(join(folder, 'store'))
const store = posixStore(join(folder, 'store'), { id: 'store' })
await store.prepare()
const open = async function* ({ bytes }: TarMember): AsyncGenerator<Buffer, void, void> {
  yield Buffer.alloc(bytes)
}
const written = await store.write('p.tar', writeTar({ members: files() }, { open, onMember: () => {} }), { token: 'write' })
const threads = openThreads(2)
const checking = { members: pages(), signal: new AbortController().signal, whole: true }
const verdict = await checkTar({ store, path: 'p.tar' }, checking, threads)
const found = verdict?.ok ? { bytes: verdict.bytes, digest: verdict.whole?.digest } : verdict
process.stdout.write(JSON.stringify({ written, verdict: found, peakMb: Math.round(process.resourceUsage().maxRSS / 1_024) }))
await threads[Symbol.asyncDispose]()

function* files(): Generator<TarMember, void, void> {
  for (let index = 0; index < Number(count); index++) {
    yield { path: `n/${String(index).padStart(9, '0')}.dat`, bytes: index % 2, mode: 0o644, mtimeNs: 1_700_000_000_000_000_000n }
  }
}

/** The manifest of that tar, page by page, from nothing that is kept. */
async function* pages(): AsyncGenerator<ManifestMember[], void, void> {
  let page: ManifestMember[] = []
  let end = 0
  for (const { path, bytes, mode, mtimeNs } of files()) {
    const [{ offset } = { offset: 0 }] = planTar([{ path, bytes, mode, mtimeNs }]).members
    page.push({ path, bytes, mode, mtimeNs: String(mtimeNs), digest: digests[bytes] ?? 'blake3:', offset: end + offset })
    end += offset + 512 * bytes
    if (page.length < 2_000) continue
    yield page
    page = []
  }
  yield page
}
