// What the action hands to the steps after it, for action.yml and the README.

export const outputs = {
  status:
    '`deployed`, `staged`, `published`, `rolled_back`, `pruned`, `listed`, `checked` (the step fails where a problem was found), `repaired`, `planned` (a dry run), `failed` or `reverted`.',
  release: 'The release that this run made current, or staged.',
  previous_release: 'The release that was current before it.',
  release_path: 'The absolute path of `release` on the hosts.',
  hosts:
    'JSON array, one object a host: `host`, `status`, `release`, `previous_release`, `error`, `seconds`, `bytes_sent`, `files_changed`, `connections`, `round_trips`.',
  releases:
    'JSON array, newest first, as many as make 1 MB: `release`, `current` (list of hosts), `hosts`, `created_at`, `state`, and its metadata.',
  result: 'JSON object: all of the above, with `schema: 1`; its JSON Schema is `docs/result.schema.json`.',
} as const
