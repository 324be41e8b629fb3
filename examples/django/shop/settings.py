"""The settings of a Django project: Backendless is where the environment says it is, when they are imported."""

import os

BACKENDLESS_URL = os.environ["BACKENDLESS_URL"]

ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "shop.urls"
SECRET_KEY = "this project is an example"  # noqa: S105
USE_TZ = True
