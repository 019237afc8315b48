import { describe, expect, onTestFinished, test } from 'vitest'
import { run } from '../support/command.ts'
import { cases, spoiltDocument } from '../support/corpus.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'

describe('what is built', () => {
  test('says of a wrong document what the sources say, with the schemas compiled beforehand', async () => {
    const wrong = cases
      .filter(({ code }) => /^TIDP1[01]/.test(code))
      .map((each, index) => [`${index}.yaml`, spoiltDocument(each)] as const)
      .filter(([, text]) => !/^kind: Project$/m.test(text))
    expect(wrong.length).toBeGreaterThan(150)
    const project = aFolder({
      'tokenidp.yaml':
        'apiVersion: tokenidp.dev/v1\nkind: Project\nmetadata: { name: built }\nspec: { id: built }\n',
      ...Object.fromEntries(wrong),
    })
    onTestFinished(project.remove)
    const args = ['validate', '-C', project.path, '-o', 'json', '--max-problems', '1000']
    const built = await run(args)
    expect(built.code).toBe(3)
    expect(built.stdout.split('"code"').length).toBeGreaterThan(150)
    expect(built.stdout).toBe((await tokenidpHere(args)).stdout)
  })
})
