'use strict'

let later

const steps = {
  publishes: () => publish('news', 'naïve 😀', { publisherId: 'ann', headers: { city: 'Oslo' } }),
  schedules: async () => (later = await publish('news', 'later', null, { publishAt: Date.UTC(2099, 0, 1) })),
  asks: () => Messaging.getMessageStatus(later.messageId),
}

if (mock.release >= 7) {
  steps.cancels = () => Messaging.cancel(later.messageId)
}

Object.assign(steps, {
  'sends an e-mail': () =>
    Messaging.sendEmail('Your order', new Backendless.Bodyparts({ textmessage: 'It came' }), ['ann@example.com'], []),
  'sets the device up': () => Backendless.setupDevice({ uuid: 'phone-1', platform: 'android', version: '14' }),
  'registers the device': () => Messaging.registerDevice('token of phone-1', ['news']),
  'looks the device up': () => Messaging.getRegistrations(),
  'a date in the past': () => publish('news', 'late', null, { publishAt: Date.UTC(2001, 0, 1) }),
  'a denied channel': () => publish('secret', 'hello'),
  'logs in': async () => {
    const user = await Users.login('ann', 'secret', true)
    return user.name
  },
  'is somebody': () => Users.isValidLogin(),
  'publishes as somebody': () => publish('secret', 'from ann'),
  'logs out': async () => {
    await Users.logout()
  },
  'publishes as nobody': () => publish('secret', 'from nobody'),
})

run(steps)
