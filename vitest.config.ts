import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

// Where node keeps the compiled code of dist/: a run of the action takes half its time to start without it.
const env = { COMPILED_DIST: resolve(import.meta.dirname, 'node_modules/.cache/dist') }

// Pure code, the host's sh under every shell, whole workflows, the cache's other half, the built dist against real servers, and the same
// when all goes wrong.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['__tests__/**/*.test.ts'],
          exclude: ['__tests__/{shells,scenarios,faults,engine,azurite}/**'],
          testTimeout: 30_000,
          // Left to itself it takes one less than there are CPUs: of two, one.
          maxWorkers: 2,
          // GitHub's parser imports JSON without saying so, which node refuses.
          server: { deps: { inline: [/@actions\/(languageservice|workflow-parser|expressions)/] } },
        },
      },
      {
        test: {
          name: 'shells',
          include: ['__tests__/shells/**/*.test.ts'],
          testTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      // One file an engine, by its path in ENGINE: `script/engine-test`.
      {
        test: {
          name: 'engine',
          include: ['__tests__/engine/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      // With packages of its own: `script/azurite-test`.
      {
        test: {
          name: 'azurite',
          include: ['__tests__/azurite/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'scenarios',
          env,
          include: ['__tests__/scenarios/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'faults',
          env,
          include: ['__tests__/faults/**/*.test.ts'],
          // A walk through all steps is one test; a busy machine takes its time.
          testTimeout: 900_000,
          hookTimeout: 60_000,
          // One of them mostly waits.
          maxWorkers: 3,
        },
      },
      // By hand, with `npm run test:soak`: the same for an hour, and what is too large for every day.
      {
        test: {
          name: 'soak',
          env,
          include: ['__tests__/faults/**/*.{test,soak}.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
        },
      },
    ],
  },
})
