from datetime import timedelta

import requests
from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST


@require_POST
def ship(request, number):  # noqa: ARG001
    """Tell the warehouse now, and the customer in a week."""
    in_a_week = timezone.now() + timedelta(days=7)
    try:
        _publish("warehouse", f"ship order {number}")
        _publish("customers", f"how do you like order {number}?", publishAt=int(in_a_week.timestamp() * 1000))
    except requests.RequestException:
        return JsonResponse({"error": "messaging is down, try again"}, status=503)
    return JsonResponse({"number": number}, status=202)


def _publish(channel, text, **options):
    url = f"{settings.BACKENDLESS_URL}/messaging/{channel}"
    requests.post(url, json={"message": text, **options}, timeout=5).raise_for_status()
