'use strict'

const { Backendless, publish, run } = require('./client.cjs')

const { Users } = Backendless

run({
  'publishes as nobody': () => publish('news', 'from nobody'),
  'is nobody': () => Users.isValidLogin(),
  'logs in with a wrong password': () => Users.login('ann', 'guess', true),
  // To stay logged in: 3.1.25 and 4.4.4 ask the service only about a token that they keep.
  'logs in': async () => {
    const user = await Users.login('ann', 'secret', true)
    return { login: user.login, name: user.name }
  },
  'is somebody': () => Users.isValidLogin(),
  'publishes as somebody': () => publish('news', 'from ann'),
  'logs out': () => Users.logout(),
  'is nobody again': () => Users.isValidLogin(),
  'publishes as nobody again': () => publish('news', 'from nobody'),
})
