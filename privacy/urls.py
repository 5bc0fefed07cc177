from django.urls import path

from privacy.views import account

app_name = "privacy"

urlpatterns = [
    path("", account.mine, name="mine"),
    path("retirar/", account.withdraw, name="withdraw"),
]
