'use strict'

const { Messaging, run } = require('./client.cjs')

run({ pushes: () => Messaging.push({ targets: ['phone'], text: 'sale!' }) })
