'use strict'
// What jQuery.ajax makes of a call: headers of the page's own, and an answer that is read as text.

const ask = (method, url, headers = {}, body = null) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, url)
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value))
    request.onload = () =>
      resolve({
        status: request.status,
        total: request.getResponseHeader('X-Total'),
        body: JSON.parse(request.responseText),
      })
    request.onerror = () => reject(new Error('the browser kept the answer to itself'))
    request.send(body)
  })

const publish = token =>
  ask(
    'POST',
    `${mock.host}/v1/messaging/secret`,
    {
      'Content-Type': 'application/json',
      'application-id': mock.appId,
      'secret-key': mock.apiKey,
      'application-type': 'REST',
      ...token,
    },
    JSON.stringify({ message: 'hello' })
  )

run({
  'publishes as ann': () => publish({ 'user-token': "ann's token" }),
  'publishes as nobody': () => publish({}),
  'reads a header': () => ask('GET', `${mock.url}/data/Customers`),
  'reads a fault': () => ask('GET', `${mock.url}/messaging/message:NONE`),
})
