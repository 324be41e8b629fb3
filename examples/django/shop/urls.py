from django.urls import path

from .views import ship

urlpatterns = [path("orders/<int:number>/ship", ship)]
