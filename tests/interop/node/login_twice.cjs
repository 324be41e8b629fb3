'use strict'

const { Backendless, publish, run, url } = require('./client.cjs')

const { Users } = Backendless

run({
  'logs in here': async () => {
    await Users.login('ann', 'secret', true)
  },
  'logs in elsewhere': async () => {
    const answer = await fetch(`${url}/users/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login: 'ann', password: 'secret' }),
    })
    return answer.status
  },
  'is nobody here': () => Users.isValidLogin(),
  'publishes with the earlier token': () => publish('news', 'from here'),
  'logs out with the earlier token': () => Users.logout(),
  // A token of which logging out says 3064 is dropped.
  'publishes without a token': () => publish('news', 'from nobody'),
})
