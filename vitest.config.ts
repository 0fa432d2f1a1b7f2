import { defineConfig } from 'vitest/config'

// Three projects, from fast to slow: pure code, the host's sh under every shell, the built dist against real servers.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['__tests__/**/*.test.ts'],
          exclude: ['__tests__/{shells,scenarios}/**'],
          testTimeout: 30_000,
          // GitHub's parser imports JSON without saying so, which node refuses.
          server: { deps: { inline: [/@actions\/(languageservice|workflow-parser|expressions)/] } },
        },
      },
      {
        test: {
          name: 'shells',
          include: ['__tests__/shells/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: ['__tests__/scenarios/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
