"""The three forms of the page of special dates, of which at most one was posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from clinics.forms.dates import DatesForm, DropForm, HolidaysForm
from clinics.holidays import Holiday, holidays_of
from clinics.models import Clinic
from clinics.queries import DateStretch, closed_days, coming_dates
from clinics.services.schedule import DropDates, NewDates
from core.forms import Form
from core.templatetags.when import spoken_language

YEARS_SHOWN = 2


@dataclass(frozen=True)
class DatesPage:
    clinic: Clinic
    year: int
    years: Sequence[int]
    coming: Sequence[DateStretch]
    kept: Sequence[Holiday]
    add: DatesForm
    holidays: HolidaysForm
    posted: Form | None

    def change(self) -> NewDates | DropDates:
        """What the posted form asks for; it must be valid."""
        if isinstance(self.posted, DropForm):
            data = self.posted.cleaned_data
            return DropDates(
                clinic=self.clinic,
                since=data["since"],
                until=data["until"],
                like=self.posted.like,
            )
        assert isinstance(self.posted, DatesForm | HolidaysForm)
        return NewDates(clinic=self.clinic, dates=self.posted.dates)


def dates_page(clinic: Clinic, *, today: date, year: str, data: QueryDict | None) -> DatesPage:
    """`year` as the address says it; of others than this one and the next, this one."""
    years = [today.year + n for n in range(YEARS_SHOWN)]
    chosen = next((y for y in years if str(y) == year), years[0])
    closed = closed_days(clinic)
    coming = [
        h for h in holidays_of(str(clinic.country), chosen, spoken_language()) if h.day >= today
    ]
    offered = [h for h in coming if h.day not in closed]
    act = data.get("act") if data is not None else None
    add = DatesForm(data if act == "add" else None, today=today)
    # As they were posted: a page that was open for long may name what is closed by now.
    holidays = HolidaysForm(
        data if act == "holidays" else None, offered=coming if act == "holidays" else offered
    )
    forms: dict[str | None, Form] = {"add": add, "holidays": holidays, "drop": DropForm(data)}
    return DatesPage(
        clinic=clinic,
        year=chosen,
        years=years,
        coming=coming_dates(clinic, today),
        kept=[h for h in coming if h.day in closed],
        add=add,
        holidays=holidays,
        posted=forms.get(act),
    )
