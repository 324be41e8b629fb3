#!/bin/sh
# The day of examples/demo.py from a shell, in which nobody polls:
#   backendless-mock exec --freeze 2030-01-07T08:30:00Z -- sh examples/demo.sh
set -eu
today=2030-01-07

remind() { backendless-mock publish reminders "$@" | awk '/^messageId/ { print $2 }'; }

remind 'stand-up' --at ${today}T09:00:00Z --every 1h --until ${today}T12:00:00Z >/dev/null
lunch=$(remind 'lunch together' --at ${today}T11:30:00Z)
remind 'go home' --at ${today}T17:00:00Z >/dev/null

backendless-mock clock move-to ${today}T10:30:00Z >/dev/null
backendless-mock cancel "$lunch" >/dev/null
backendless-mock clock move-to ${today}T18:00:00Z >/dev/null

backendless-mock timeline
