from django.urls import path

from doctors import views

urlpatterns = [
    path("fotos/<uuid:name>-<slug:size>.webp", views.photo, name="photo"),
]
