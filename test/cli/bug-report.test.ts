import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { behind } from '../support/behind.ts'
import { document, project, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { fromEnv, portable } from '../support/portable.ts'

const FORM = JSON.parse(
  readFileSync(new URL('../../schemas/output/bug-report.json', import.meta.url), 'utf8'),
)

/** The database writes another display name, or another tenant than there is, into what is written. */
const meddling = {
  sqlite: (member: string) =>
    ['insert', 'update']
      .map(
        (event) => `create trigger other_${event} after ${event} on config_object
          when new.name = 'worker' begin
            update config_object set spec = json_set(new.spec, '$.${member}', 'canary-other') where uid = new.uid;
          end;`,
      )
      .join('\n'),
  postgres: (member: string) => `
    create function other() returns trigger language plpgsql as $$ begin
      if new.name = 'worker' then
        new.spec := jsonb_set(new.spec::jsonb, '{${member}}', '"canary-other"')::text;
      end if;
      return new;
    end $$;
    create trigger other before insert or update on config_object for each row execute function other();`,
}

describe.each(databases)(
  'an apply that does not come to its plan on $engine',
  ({ engine, newDatabase }) => {
    async function aShop(member: string) {
      const root = project(portable())
      const url = await newDatabase(root)
      const env = { TOKENIDP_DATABASE_URL: url, WORKER_SECRET: 'canary-secret' }
      const apply = (cwd: string, words: readonly string[] = []) =>
        tokenidpHere(['apply', '-C', root, '--auto-approve', ...words], { cwd, env })
      expect(await apply(root)).toMatchObject({ code: 0 })
      await behind(url, meddling[engine](member))
      write(root, 'worker.yaml', fromEnv.replace('Worker', 'canary-wanted'))
      return { root, env, apply }
    }

    test('leaves a report of names and hashes, and changes nothing', async () => {
      const { root, env, apply } = await aShop('displayName')
      const ran = await apply(root)
      expect(ran.code).toBe(1)
      expect(ran.stderr).toMatch(
        /still different after applying: Application\/acme\/worker; .*is in /,
      )
      const name = readdirSync(root).find((each) => each.startsWith('tokenidp-bug-report-')) ?? ''
      expect(ran.stderr).toContain(join(root, name))
      expect(statSync(join(root, name)).mode & 0o777).toBe(0o600)
      const text = readFileSync(join(root, name), 'utf8')
      expect(text).not.toContain('canary')
      const found = JSON.parse(text)
      const validate = new Ajv2020({ strictTypes: false }).compile(FORM)
      expect(validate(found) ? undefined : validate.errors).toBeUndefined()
      const worker = {
        action: 'update',
        address: 'Application/acme/worker',
        movedFrom: null,
        paths: ['displayName'],
        secrets: [],
        before: expect.stringMatching(/^[\w-]{43}$/),
        wanted: expect.stringMatching(/^[\w-]{43}$/),
        after: expect.stringMatching(/^[\w-]{43}$/),
      }
      expect(found).toMatchObject({
        kind: 'BugReport',
        found: 'different',
        database: { kind: engine, schemaVersion: expect.any(Number) },
        baseRevision: 1,
        done: [worker],
        left: [worker],
      })
      expect(new Set([found.left[0].before, found.left[0].wanted, found.left[0].after]).size).toBe(
        3,
      )
      const status = await tokenidpHere(['status', '-o', 'json'], { cwd: root, env })
      expect(document(status)).toMatchObject({ revision: 1 })
    })

    test('names the saved plan, and finds another folder where this one takes no file', async () => {
      const { root, env, apply } = await aShop('displayName')
      const plan = join(root, 'plan.json')
      await tokenidpHere(['plan', '-C', root, '--out', plan], { cwd: root, env })
      for (const words of [[], [plan]]) {
        const ran = await apply(join(root, 'no-such-folder'), [...words, '-o', 'json'])
        const { error } = document(ran) as { error: { message: string } }
        const path = / is in (\S+)$/.exec(error.message)?.[1] ?? ''
        expect(dirname(path)).not.toBe(root)
        const report = JSON.parse(readFileSync(path, 'utf8'))
        rmSync(path)
        const { fingerprint } = JSON.parse(readFileSync(plan, 'utf8'))
        expect(report.planFingerprint === fingerprint).toBe(words.length > 0)
      }
    })

    test('is told as well where no server could load the outcome', async () => {
      const { root, apply } = await aShop('type')
      const ran = await apply(root)
      expect(ran.code).toBe(1)
      expect(ran.stderr).toContain('a server could not load the new state')
      const name = readdirSync(root).find((each) => each.startsWith('tokenidp-bug-report-')) ?? ''
      const text = readFileSync(join(root, name), 'utf8')
      expect(JSON.parse(text)).toMatchObject({ found: 'unloadable', left: [] })
      expect(text).not.toContain('canary')
    })
  },
)
