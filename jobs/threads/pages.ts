/** The same, with the next asked for while one is used. */
export async function* ahead<value>(values: AsyncIterable<value>): AsyncGenerator<value, void, void> {
  const source = values[Symbol.asyncIterator]()
  let next = source.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = source.next()
      next.catch(() => null)
      yield value
    }
  } finally {
    await next.catch(() => null)
    await source.return?.()
  }
}

/** What is on the pages, one by one. */
export async function* each<value>(pages: AsyncIterable<readonly value[]>): AsyncGenerator<value, void, void> {
  for await (const page of pages) yield* page
}
