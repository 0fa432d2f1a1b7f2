// Written by `npm run docs` from docs/troubleshooting.md: headings, and other words under the same heading.

export const explained = `attention; nothing was connected

is required

is not an input of this action

is not a setting

is a secret, and the file is read by all who can read the repository

cannot be set in the file

is not a target of

is chosen, but there is no

is not plain YAML

uses YAML aliases

does not exist

is empty

is the whole filesystem of the runner

is the system's, and holds more than one application

would both lead

lie in each other's way

what changed could not be packed here
the artifact could not be packed here

was not begun with

two entries of hosts are the same place

is not an absolute path

is no directory

is or contains remote_dir
lies inside
contains
is also

is or lies in local_dir

are both

is refused

is a number, which has lost its octal spelling

is kept for the manifest itself

cannot be kept exactly

no host has the role

is not a point of the flow

is empty: the secret does not exist where this job runs
is required to log in to

is a public key: the private key is needed

is a PuTTY key

is a certificate, not a private key

lacks its first and last line
holds no private key
is cut short
is damaged
is a key encoded in base64 once more
looks like the name of a file

is of a type that

is encrypted, and ssh_passphrase is empty
is encrypted in a way that cannot be read here

ssh_passphrase does not open ssh_private_key
cannot be read, or ssh_passphrase does not open it

needs ssh_client openssh

ssh_certificate
is not a certificate
is for another key than ssh_private_key
is a host certificate
has expired: it was valid until
is not valid before

ssh_config
the file cannot be read
has a line that OpenSSH does not take
OpenSSH does not take the key of
OpenSSH starts no command on
OpenSSH cannot ask for ssh_password

ssh_known_hosts has no key for

showed a key that ssh_known_hosts does not have

marks @revoked

through a @cert-authority line only

showed a host certificate that ssh_known_hosts does not vouch for

has fewer than the three fields
ssh_known_hosts: line
is a public key without the name of its host
has a key that is not base64, or cut short

is required by host_key_checking strict

there is no host by the name of

cannot be looked up

cannot be reached from here

refuses the connection

does not answer
gave no answer within

cannot connect to

closed the connection before the login
cut the connection

in common
the SSH handshake with … failed

the connection to the host was lost
the session is over
the local connection is closed
the host sent a line without end
the connection to … is lost

the host could not start /bin/sh
/bin/sh cannot be started

opens no channel for commands

let us in, but its shell gave no answer within

the host sent an answer without end
the host sent a line without end

gave no answer to

on the way to

does not connect to

the runner has no OpenSSH client

OpenSSH cannot connect to

refuses to run commands for

sudo refused on the host

does not let … in: tried

there is nothing to log in to … with

another run holds the lock

everybody on the host may write in

not a symlink, and is never replaced
is not a symlink

the host has no

the host's rsync
the runner's rsync

cannot be made:

may not write in

linked_files are missing

is a directory, where a file is to be written
is a directory in local_dir

is of the wrong kind

(the directory of public_dir)

is a symlink, which is never followed
is a symlink, and what is kept there

is on another filesystem than remote_dir

manifest.json cannot be trusted

a newer version of this

a release … exists already
a release of this name exists already
of an earlier try could not be removed
the release name is not plain

free, the artifact needs
free inodes, the artifact needs

the work tree is not clean

this run is on … not on

git cannot tell

local_dir cannot be read whole
a file in local_dir cannot be read
the digest of local_dir could not be made

nothing in local_dir

the host has no room for the upload

the upload may not write there
the upload cannot have its private place
the upload is gone from its private place

local_dir changed while it was sent
local_dir changed or cannot be read
the upload is not whole

the upload broke off
the upload failed
what arrived was not what was sent

the release before could not be built upon
the host could not take in one piece what changed
the artifact did not get there in one piece

an earlier try of this upload still runs on the host

an rsync does not know a flag

the host cannot clone files

goes through the symlink
leads through
would lie outside of the release

another run worked on this host while the connection was lost
the lock is not held

failed with exit code

was stopped after
(command_timeout)

was killed by signal

did not end: the connection was lost, or it was killed

not healthy after

did not read back as the new link
would not lead to the release

could not be put back to

the host failed in
a file could not be written whole

the release could not be compared with what it was

is not there as a plain directory

there is no earlier good release
is no release to go back to

what the Actions cache has for

is already current

is not on

has lost

changed since it was published

no release is staged

not staged

the run was cancelled
connecting to … was cancelled

host_key_checking is off

mode … does not use

this shard has no hosts

the hosts differ

rsync is older than 3.4.0

leftover
interrupted upload

the host has no flock

are no plain releases; they are left alone

leads nowhere

could not be deleted
could not remove

set aside, as min_hosts allows

this action does not run on Windows runners`
