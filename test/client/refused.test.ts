import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { openAlmagest } from '@almagest/client'
import { openSpool } from '@almagest/client/node'
import { RawDataFile, sql } from '@almagest/schema'
import { objects, runHere } from './command.ts'
import { fault, filesIn, listen, test } from './fixtures.ts'

describe('what the data centre refuses of a spool', () => {
  test('sets aside what is refused, with why, and sends the rest; retried, it is sent when it can be', async ({
    startGraph,
    observation,
    topology,
    em,
    root,
  }) => {
    const folder = join(root, 'spool')
    const { url } = await startGraph()
    const heard = listen()
    await using spool = await openSpool({ folder, almagest: openAlmagest({ url }), told: heard.told })
    await spool.file({ ...observation, key: `r1-${root}` }, [{ module: 'm2', path: 'refused/a.fits', bytes: 1 }])
    await spool.file({ ...observation, key: `r2-${root}` }, filesIn('not-refused', 1))
    await spool.drained()

    const why = `instrument ${topology.instrument.name} has no module "m2"`
    expect(heard).toMatchObject({ filed: [`r2-${root}`], refused: [`NOT_FOUND ${why}`] })
    expect(await spool.refused()).toEqual([
      { name: expect.any(String) as string, code: 'NOT_FOUND', message: why, key: `r1-${root}`, files: 1 },
    ])
    expect(await spool.state()).toMatchObject({ waiting: 0, refused: 1 })

    await sql(
      em,
      `/* test: module */ insert into observation.instrument_module (id, instrument_id, name, title) values (gen_random_uuid(), $1, 'm2', 'm2')`,
      [topology.instrument.id],
    )
    expect(await fault(spool.retry('000000000001-x.json'))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await spool.retry()).toBe(1)
    await spool.drained()
    expect(heard.filed).toEqual([`r2-${root}`, `r1-${root}`])
    expect(await spool.state()).toMatchObject({ waiting: 0, refused: 0 })
    expect(await readdir(join(folder, 'refused'))).toEqual([])
  })

  test('sets aside those files alone that contradict what was filed, and sends all beside and behind them', async ({
    startGraph,
    observation,
    em,
    root,
  }) => {
    const { url } = await startGraph()
    const heard = listen()
    await using spool = await openSpool({ folder: join(root, 'spool'), almagest: openAlmagest({ url }), told: heard.told })
    const files = filesIn(`grew-"; input.files[0].path: `, 100)
    const grown = files.map((file, index) => ({ ...file, bytes: index >= 60 && index < 75 ? 2 : 1 }))
    await spool.file({ ...observation, key: `g1-${root}` }, files)
    await spool.drained()
    await spool.file({ ...observation, key: `g1-${root}` }, [...grown, ...filesIn('new', 3), { module: 'm9', path: 'no/module', bytes: 1 }])
    await spool.file({ ...observation, key: `g2-${root}` }, filesIn('behind', 1))
    await spool.drained()

    expect(heard.filed.toSorted()).toEqual([`g1-${root}`, `g1-${root}`, `g2-${root}`])
    expect(await em.count(RawDataFile, { path: { $like: 'new/%' } })).toBe(3)
    const [refused, ...others] = await spool.refused()
    expect(others).toEqual([])
    expect(refused).toMatchObject({ code: 'NOT_FOUND', key: `g1-${root}`, files: 16 })
    expect(refused?.message).toMatch(
      /^instrument .* has no module "m9"; "grew-.*\/000060.fits" was filed with 1 bytes, not 2; .*; and 6 more$/,
    )
    const [, body = ''] = (await readFile(join(root, 'spool/refused', refused?.name ?? ''), 'utf8')).split('\n')
    const kept = JSON.parse(body) as { files: { path: string }[] }
    expect(kept.files.map(({ path }) => path)).toEqual([...grown.slice(60, 75).map(({ path }) => path), 'no/module'])
    expect(await spool.retry()).toBe(1)
    await spool.drained()
    expect((await spool.refused())[0]).toMatchObject({ name: refused?.name, files: 16 })
    const almagest = (...args: string[]) => runHere(['spool', ...args], { ALMAGEST_URL: url, ALMAGEST_SPOOL: join(root, 'spool') })
    expect(await almagest()).toMatchObject({
      status: 1,
      out: expect.stringMatching(/\.json +NOT_FOUND +16 +instrument .*(.|\n)*NOT_FOUND: have the operators make what is missing/) as string,
    })
    expect(await almagest('drop', refused?.name ?? '', 'another', '--yes')).toMatchObject({
      status: 1,
      err: 'almagest: there is no refused filing another\n',
    })
    expect(await almagest('drop')).toMatchObject({ out: `would drop ${refused?.name}: 16 files of g1-${root}\n` })
    expect(objects(await almagest('drop', refused?.name ?? '', '--yes', '--json'))).toMatchObject([{ dropped: [{ files: 16 }] }])
    expect(await readdir(join(root, 'spool/refused'))).toEqual([])
  })

  test('goes in several requests where a proxy takes none of that size', async ({ startGraph, observation, em, root }) => {
    const { url } = await startGraph()
    const heard = listen()
    const almagest = openAlmagest({
      url,
      fetch: (input, init) =>
        String(init?.body).length > 3_000 ? Promise.resolve(new Response('<h1>413</h1>', { status: 413 })) : fetch(input, init),
    })
    await using spool = await openSpool({ folder: join(root, 'spool'), almagest, told: heard.told })
    await spool.file({ ...observation, key: `large-${root}` }, filesIn('large', 100))
    await spool.drained()

    expect(heard).toMatchObject({ filed: [`large-${root}`], refused: [], held: [] })
    expect(await em.count(RawDataFile, { path: { $like: 'large/%' } })).toBe(100)
  })

  test('goes on past a filing that the data centre stumbles over, and sets it aside when it took others and that again not', async ({
    startGraph,
    observation,
    root,
  }) => {
    const { url } = await startGraph()
    const heard = listen()
    let isBroken = true
    const stumble = JSON.stringify({ errors: [{ message: 'an internal error', extensions: { code: 'INTERNAL', requestId: 'r-1' } }] })
    const almagest = openAlmagest({
      url,
      fetch: (input, init) =>
        isBroken && String(init?.body).includes('stumbling-stone')
          ? Promise.resolve(new Response(stumble, { status: 200 }))
          : fetch(input, init),
    })
    await using spool = await openSpool({ folder: join(root, 'spool'), almagest, told: heard.told, retryMs: 1 })
    await spool.file({ ...observation, key: `stumbling-stone-${root}` }, filesIn('i1', 1))
    await expect
      .poll(() => heard.held)
      .toEqual([
        expect.stringMatching(/^the data centre stumbles over the filing .*: an internal error \(recorded as r-1\)$/) as string,
        'an internal error (recorded as r-1)',
      ])
    expect(await spool.state()).toMatchObject({ waiting: 1, refused: 0 })
    for (const name of ['a', 'b']) await spool.file({ ...observation, key: `${name}-${root}` }, filesIn(`i2/${name}`, 1))
    await spool.drained()

    expect(heard.filed.toSorted()).toEqual([`a-${root}`, `b-${root}`])
    expect(heard.refused).toEqual(['INTERNAL an internal error (recorded as r-1)'])
    isBroken = false
    await spool.retry()
    await spool.drained()
    expect(heard.filed).toContain(`stumbling-stone-${root}`)
  })
})
