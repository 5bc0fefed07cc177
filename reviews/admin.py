"""The moderation team's side: what is reported and appealed first, and a page to decide on.

Neither the patient nor the visit is here, nor anything clinical: only what was said, and by which
initials. Reports, appeals and decisions are read on the page of their opinion.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import QUEUES, Queue, ReadOnlyAdmin
from core.clock import current_time
from core.db import Refusal, once_more
from reviews.enums import Ground
from reviews.forms import DecisionForm
from reviews.models import Review, ReviewAppeal
from reviews.refusals import ReviewBusy
from reviews.services.moderating import PERMISSION, acts_open, decide

OPEN_REPORTS = Count("reports", filter=Q(reports__decision=None), distinct=True)
OPEN_APPEALS = Count("decisions__appeals", filter=Q(decisions__appeals__answer=None), distinct=True)

WAITS = Q(reports__decision=None, reports__isnull=False) | Q(
    decisions__appeals__answer=None, decisions__appeals__isnull=False
)
QUEUES.append(
    Queue(
        gettext_lazy("Opiniones por decidir"), PERMISSION,
        "admin:reviews_review_changelist", "cola=open",
        lambda _now: Review.objects.filter(WAITS).distinct(), "created_at",
    )
)  # fmt: skip


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("cola")
    parameter_name = "cola"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", _("Por decidir"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        open_ones = {"is_waiting": 1}
        return queryset.filter(**open_ones) if self.value() == "open" else queryset


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("decision", "doctor", "initials", "general", "words", "status", "is_frozen",
                    "reports_open", "appeals_open", "created_at")  # fmt: skip
    list_display_links = ("initials",)  # the first column is a link of its own
    list_filter = (QueueFilter, "status", "hidden_for", "is_frozen")
    list_select_related = ("doctor",)
    search_fields = ("doctor__last_names", "text", "public_id")
    fields = ("public_id", "doctor", "initials", "general", "explanation", "punctuality",
              "treatment", "text", "status", "hidden_for", "is_frozen", "created_at",
              "edited_at")  # fmt: skip
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """What waits for an answer first."""
        counted = (
            super().get_queryset(request).annotate(reports_n=OPEN_REPORTS, appeals_n=OPEN_APPEALS)
        )
        waits = When(Q(reports_n__gt=0) | Q(appeals_n__gt=0), then=Value(1))
        waiting = Case(waits, default=Value(0), output_field=IntegerField())
        return counted.annotate(is_waiting=waiting).order_by("-is_waiting", "-created_at")

    @admin.display(description=gettext_lazy("decidir"))
    def decision(self, review: Review) -> SafeString:
        address = reverse("admin:reviews_review_decide", args=[review.pk])
        return format_html('<a href="{}">{}</a>', address, _("Decidir"))

    @admin.display(description=gettext_lazy("texto"))
    def words(self, review: Review) -> str:
        return review.text[:80] or "—"

    @admin.display(description=gettext_lazy("denuncias"), ordering="reports_n")
    def reports_open(self, review: Review) -> int:
        return review.reports_n  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("reclamos"), ordering="appeals_n")
    def appeals_open(self, review: Review) -> int:
        return review.appeals_n  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.decide_view)
        name = "reviews_review_decide"
        return [path("<path:object_id>/decidir/", page, name=name), *super().get_urls()]

    def decide_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All that bears on one opinion, and the form of the decision."""
        review = self.get_object(request, object_id)
        if review is None:
            raise Http404
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        acts = acts_open(review)
        form = DecisionForm(request.POST if request.method == "POST" else None, acts=acts)
        if form.is_valid() and self._decide(request, review, form):
            return HttpResponseRedirect(reverse("admin:reviews_review_changelist") + "?cola=open")
        context = {
            **self.admin_site.each_context(request),
            **_case(review),
            "title": _("Opinión sobre %(name)s") % {"name": review.doctor.display_name},
            "form": form,
            "acts": acts,
            "opts": self.opts,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/reviews/review/decide.html", context, status=status)

    def _decide(self, request: HttpRequest, review: Review, form: DecisionForm) -> bool:
        try:
            self._decided(request, review, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, _("La decisión está tomada."))
        return True

    @once_more(ReviewBusy)
    @transaction.atomic
    def _decided(self, request: HttpRequest, review: Review, form: DecisionForm) -> None:
        """Done and written down, both or neither."""
        data = form.cleaned_data
        decide(
            review=review, act=data["act"], ground=data["ground"], note=data["note"],
            actor=request.user, now=current_time(),  # type: ignore[arg-type]
        )  # fmt: skip
        self.log_change(request, review, str(data["act"].label))


def _case(review: Review) -> dict[str, Any]:
    return {
        "review": review,
        "reply": getattr(review, "reply", None),
        "versions": review.versions.order_by("number"),
        "reports": [
            (row["n"], Ground(row["ground"]).label)
            for row in review.reports.filter(decision=None).values("ground").annotate(n=Count("pk"))
        ],
        "appeals": ReviewAppeal.objects.filter(decision__review=review, answer=None),
        "decisions": review.decisions.select_related("by").order_by("-pk"),
    }
