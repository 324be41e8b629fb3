'use strict'

if (mock.release >= 7) {
  Backendless.initApp({ serverURL: mock.host, appId: mock.appId, apiKey: mock.apiKey })
} else {
  Backendless.serverURL = mock.host
  Backendless.initApp(mock.appId, mock.apiKey)
}

const { Messaging, Users } = Backendless

const publish = (channel, message, options, delivery) =>
  Messaging.publish(
    channel,
    message,
    options ? new Backendless.PublishOptions(options) : null,
    delivery ? new Backendless.DeliveryOptions(delivery) : null
  )
