'use strict'

const told = async answer => ({
  status: answer.status,
  type: answer.headers.get('Content-Type'),
  body: await answer.json(),
})

const ask = async (path, options) => told(await fetch(`${mock.url}/${path}`, options))

const json = (body, headers) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

run({
  publishes: () => ask('messaging/news', json({ message: 'hello' })),
  'publishes with a token': () => ask('messaging/news', json({ message: 'hello' }, { 'user-token': "ann's token" })),
  'publishes with a wrong token': () => ask('messaging/news', json({ message: 'hello' }, { 'user-token': 'nobody' })),
  'publishes nothing': () => ask('messaging/news', json({})),
  // A request that needs no preflight: a browser lets it through and asks only whether the page may read the answer.
  'asks without a preflight': () => ask('messaging/message:NONE'),
  'deletes nothing': () => ask('messaging/message:NONE', { method: 'DELETE' }),
  'asks for what the service does not have': () => ask('data/Orders'),
  'reads a stub': () => ask('data/Customers'),
})
