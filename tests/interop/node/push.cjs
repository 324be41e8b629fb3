'use strict'

const { Messaging, publish, release, run } = require('./client.cjs')

const headers = { 'ios-alert-title': 'Shop', 'ios-badge': 3, 'android-content-title': 'Shop' }
// What later releases call publishPolicy PUSH.
const only = release === 3 ? { pushPolicy: 'ONLY' } : { publishPolicy: 'PUSH' }

const steps = {
  'to the channel': () => publish('shop', 'sale!', { headers }, only),
  'to systems by name': () => publish('shop', 'by name', { headers }, { ...only, pushBroadcast: 'IOS|ANDROID' }),
  'to systems by number': () => publish('shop', 'by number', { headers }, { ...only, pushBroadcast: '1|2' }),
  'to one device': () => publish('shop', 'by device', { headers }, { ...only, pushSinglecast: ['phone'] }),
}

if (release > 3) {
  steps['from a template'] = () => Messaging.pushWithTemplate('sale')
}

if (release >= 7) {
  steps['from a template with values'] = () => Messaging.pushWithTemplate('shipped', { order: 17, name: 'Ann' })
  steps['lists templates'] = () => Messaging.getPushTemplates('ios')
  steps['lists no templates'] = () => Messaging.getPushTemplates('OSX')
}

run(steps)
