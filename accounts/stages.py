"""The steps of a log-in after the password."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from accounts.second_factor import ways_of


class FactorStage(AuthenticateStage):
    """Where support took the factor away meanwhile, the log-in begins anew: the library's page of
    this step would lead to it, and it back to here.
    """

    def is_resumable(self, request: HttpRequest) -> bool:
        return ways_of(self.login.user).exists()
