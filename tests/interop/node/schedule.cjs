'use strict'

const { Messaging, publish, release, run, turn } = require('./client.cjs')

let later
let pulse

const cancel = async messageId => {
  const cancelled = Messaging.cancel(messageId)
  if (release >= 7) {
    return cancelled
  }
  // In these releases the promise of cancel() is never settled, so its effect is what there is to wait for.
  let answer
  do {
    answer = await Messaging.getMessageStatus(messageId)
  } while (answer.status === 'scheduled')
  return answer
}

run({
  schedules: async () => (later = await publish('news', 'later', null, { publishAt: Date.UTC(2099, 0, 1, 9) })),
  'asks before': () => Messaging.getMessageStatus(later.messageId),
  'lets the time pass': turn,
  'asks after': () => Messaging.getMessageStatus(later.messageId),
  repeats: async () => (pulse = await publish('pulse', 'tick', null, { repeatEvery: 60 })),
  'lets a minute pass': turn,
  cancels: () => cancel(pulse.messageId),
  'asks at last': () => Messaging.getMessageStatus(pulse.messageId),
  'asks for a stranger': () => Messaging.getMessageStatus('message:NONE'),
})
