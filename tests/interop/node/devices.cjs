'use strict'
// 3.1.25 registers devices through Cordova only: these are the names that Cordova gives to a page.

if (process.argv[2] === '3') {
  globalThis.window = globalThis
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'cordova' }, configurable: true })
  globalThis.device = { uuid: 'phone-1', platform: 'ANDROID', version: '14' }
  globalThis.cordova = { exec: success => success('token of phone-1') }
}

const { Backendless, Messaging, release, run } = require('./client.cjs')

const channels = ['news', 'sport']
const expiration = new Date(Date.UTC(2099, 0, 1))

const setUp = {
  'sets the device up': () => Backendless.setupDevice({ uuid: 'phone-1', platform: 'android', version: '14' }),
}

run({
  ...(release > 3 && setUp),
  registers: () =>
    release === 3
      ? Messaging.registerDevice(channels, expiration)
      : Messaging.registerDevice('token of phone-1', channels, expiration),
  'looks it up': () => Messaging.getRegistrations(),
  unregisters: () => Messaging.unregisterDevice(),
  'looks in vain': () => Messaging.getRegistrations(),
  'unregisters in vain': () => Messaging.unregisterDevice(),
})
