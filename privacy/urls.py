from django.urls import path

from privacy.views import account, closing

app_name = "privacy"

urlpatterns = [
    path("", account.mine, name="mine"),
    path("cerrar/", closing.close, name="close"),
    path("cerrar/deshacer/", closing.close_undo, name="close_undo"),
    path("retirar/", account.withdraw, name="withdraw"),
    path("copia/", account.export, name="export"),
    path("copia/<uuid:public_id>/", account.download, name="download"),
]
