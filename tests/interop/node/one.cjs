'use strict'

const { publish, run } = require('./client.cjs')

run({ publishes: () => publish('news', 'hello') })
