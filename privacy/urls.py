from django.urls import path

from privacy.views import account

app_name = "privacy"

urlpatterns = [
    path("", account.mine, name="mine"),
    path("retirar/", account.withdraw, name="withdraw"),
    path("copia/", account.export, name="export"),
    path("copia/<uuid:public_id>/", account.download, name="download"),
]
