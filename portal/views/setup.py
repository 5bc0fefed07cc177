"""From a new account to the first bookable time, in short steps that can be left and resumed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import AccountRequest


@require_safe
def setup(request: AccountRequest) -> HttpResponse:
    return render(request, "portal/setup.html")
