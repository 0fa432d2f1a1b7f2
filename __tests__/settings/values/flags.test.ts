import { describe, expect, test } from 'vitest'
import { rsyncFlags } from '../../../src/settings/values/flags.ts'
import { faultOf } from '../faults.ts'

describe('rsync_flags takes', () => {
  test.each([
    '--compress',
    '-z',
    '-zz',
    '-vz',
    '--checksum',
    '-c',
    '--stats',
    '--bwlimit=1000',
    '-B700',
    '--partial',
    '-H',
    '-AX',
    '-L',
    '--chmod=Fg+w',
    '--exclude=a',
    '-f-_*.log',
    '--checksum-choice=xxh128',
    '--no-times',
    '--no-t',
    '--no-W',
    '--ignore-errors',
    '--skip-compress=gz',
    '-i',
    '-s',
    '--numeric-ids',
    '--timeout=30',
  ])('%s', (flag) => {
    expect(rsyncFlags(flag)).toEqual([flag])
  })

  test('several lines, quotes and a YAML list', () => {
    expect(rsyncFlags(`-z\n--exclude='a b'`)).toEqual(['-z', '--exclude=a b'])
    expect(rsyncFlags(['-z', '--exclude=a b'])).toEqual(['-z', '--exclude=a b'])
  })
})

describe('rsync_flags refuses by name', () => {
  test.each([
    ['-e', "-e is --rsh: the connection is the action's own"],
    ['-essh', "-e is --rsh: the connection is the action's own"],
    ['-ze', "-e is --rsh: the connection is the action's own"],
    ['--rsh=ssh', "the connection is the action's own"],
    ['--rsync-path=/tmp/x', "the connection is the action's own"],
    ['-M--fake-super', "the connection is the action's own"],
    ['--remote-option=-x', "the connection is the action's own"],
    ['--old-args', "the connection is the action's own"],
    [
      '-a',
      '-a is --archive: dates would silently undo hard links and can publish old content; -rlp is on already',
    ],
    ['-rltp', '-t is --times: dates would'],
    ['--archive', 'can publish old content; -rlp is on already'],
    ['--times', 'can publish old content'],
    ['-u', '-u is --update: files are compared by content'],
    ['--size-only', 'files are compared by content'],
    ['--existing', 'files are compared by content'],
    ['--ignore-existing', 'files are compared by content'],
    ['--ignore-non-existing', 'files are compared by content'],
    ['--no-checksum', 'files are compared by content'],
    ['--no-c', 'files are compared by content'],
    ['--checksum-choice=none', 'files are compared by content'],
    ['--cc=xxh128,none', 'files are compared by content'],
    ['--del', 'what an upload deletes is decided by the action'],
    ['--delete', 'what an upload deletes is decided by the action'],
    ['--delete-after', 'what an upload deletes is decided by the action'],
    ['--delete-excluded', 'what an upload deletes is decided by the action'],
    ['--max-delete=1', 'what an upload deletes is decided by the action'],
    ['--remove-source-files', 'it empties local_dir'],
    ['--remove-sent-files', 'it empties local_dir'],
    ['--link-dest=/x', 'dedupe decides what is shared'],
    ['--copy-dest=/x', 'dedupe decides what is shared'],
    ['--compare-dest=/x', 'dedupe decides what is shared'],
    ['-b', 'it leaves copies of old files'],
    ['--backup-dir=/x', 'it leaves copies of old files'],
    ['--suffix=~', 'it leaves copies of old files'],
    ['--inplace', 'it writes into files that older releases share'],
    ['--append', 'it writes into files that older releases share'],
    ['--append-verify', 'it writes into files that older releases share'],
    ['--partial-dir=x', 'where an upload is kept'],
    ['-T/tmp', 'where an upload is kept'],
    ['--temp-dir=/tmp', 'where an upload is kept'],
    ['-n', 'a release must arrive whole'],
    ['--dry-run', 'a release must arrive whole'],
    ['--list-only', 'a release must arrive whole'],
    ['--files-from=x', 'a release must arrive whole'],
    ['--only-write-batch=x', 'a release must arrive whole'],
    ['--read-batch=x', 'a release must arrive whole'],
    ['--stop-after=1', 'a release must arrive whole'],
    ['--time-limit=1', 'a release must arrive whole'],
    ['--fake-super', 'a release must arrive whole'],
    ['-d', 'the contents of local_dir are sent'],
    ['-R', 'the contents of local_dir are sent'],
    ['--relative', 'the contents of local_dir are sent'],
    ['--no-r', 'the action needs what this turns off'],
    ['--no-links', 'the action needs what this turns off'],
    ['--no-s', 'the action needs what this turns off'],
    ['--no-secluded-args', 'the action needs what this turns off'],
    ['--info=name', 'the action reads what rsync prints'],
    ['--debug=all', 'the action reads what rsync prints'],
    ['--out-format=%n', 'the action reads what rsync prints'],
    ['--log-file=x', 'the action reads what rsync prints'],
    ['-P', '-P is --progress: the action reads what rsync prints'],
    ['--daemon', 'not as a daemon'],
    ['--server', 'not as a daemon'],
    ['--sender', 'not as a daemon'],
    ['--password-file=x', 'not as a daemon'],
    ['--config=x', 'not as a daemon'],
    ['--address=1.2.3.4', 'not as a daemon'],
    ['--delet', 'what an upload deletes is decided by the action'],
    ['--archi', 'can publish old content'],
    ['--link-d=/x', 'dedupe decides what is shared'],
    ['--partial-d=x', 'where an upload is kept'],
    ['/etc', 'the contents of local_dir are sent, no other paths'],
    ['web1:/srv', 'the contents of local_dir are sent, no other paths'],
    ['--', 'the contents of local_dir are sent, no other paths'],
    ['-', 'the contents of local_dir are sent, no other paths'],
  ])('%s', (flag, reason) => {
    const fault = faultOf(() => rsyncFlags(flag))
    expect(fault.startsWith(`${JSON.stringify(flag)} is refused (`)).toBe(true)
    expect(fault).toContain(reason)
  })

  test('all of them at once, and a value that is not joined to its flag', () => {
    expect(faultOf(() => rsyncFlags('-z --delete --bwlimit 100'))).toBe(
      '"--delete" is refused (what an upload deletes is decided by the action); "100" is refused ' +
        "(the contents of local_dir are sent, no other paths; a flag's value is joined to it with =). Leave it out.",
    )
  })

  test('a line break inside quotes', () => {
    expect(faultOf(() => rsyncFlags("--exclude='a\nb'"))).toContain('it holds a control character')
  })
})
