from django import template
from django.urls import reverse
from django_countries import countries

from accounts.legal import PAGES, LegalText

register = template.Library()


@register.filter
def text_page(text: LegalText) -> str:
    return reverse(PAGES[text])


@register.filter
def country_name(code: str) -> str:
    return str(countries.name(code))
