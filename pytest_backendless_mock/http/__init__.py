"""How a running application is reached: a WSGI application and the server around it."""
