import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Where a program is on the PATH, or `null`. */
export async function findTool(name: string): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return join(folder, name)
  }
  return null
}
